import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { hasBrowser, usePages } from "./page.ts";
import { outsideRows } from "./outside-rows.ts";

/** What the tables show of long values, at every width. */
const at = "2026-11-27T00:00:00Z";
const requester = "44444444-0000-4000-8000-000000000004";
const service =
  "/subscriptions/s/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders";

/** Values as long as Azure and the app make them. */
const longName = `pe-${"orders-".repeat(5)}east1.8f14e45f-ceea-467a-9575-6ab1f0a3d2c7`;
const longest = (minutes: number): Answer<"Overview"> => {
  const seen = new Date(Date.now() - minutes * minuteMs).toISOString();
  return {
    services: [
      {
        service,
        connections: [
          {
            name: longName,
            phase: "Overridden",
            state: "Disconnected",
            verdict: "approve",
            requester,
            at: seen,
          },
          { name: "pe-flood", phase: "Seen", state: "Pending", at: seen },
          {
            name: "pe-by-ana",
            phase: "Applied",
            state: "Rejected",
            verdict: "hold",
            person: { by: "ana@c.io", verdict: "reject" },
            at: seen,
          },
        ],
      },
    ],
  };
};
const notApplicable: Answer<"Addresses"> = {
  addresses: (["not applicable", "drifted", "unknown"] as const).map((state, index) => ({
    resource: service,
    kind: "outbound",
    location: "australiasoutheast",
    state,
    current: [`203.0.113.${index}`],
    currentAt: new Date(Date.now() - 59 * minuteMs).toISOString(),
    baseline: [],
    baselineAt: at,
    origin: { kind: "learned" },
  })),
};

describe.skipIf(!hasBrowser)("the values of a table", () => {
  const pages = usePages();

  it.each([360, 800, 1_100, 1_280])("are shown whole on a page %s pixels wide", async (width) => {
    const viewport = { width, height: 900 };
    const watched = await pages.open({ overview: longest(59) }, "#/connections", { viewport });
    await watched.page.getByText("seen 59 minutes ago").waitFor();
    await watched.page.getByText("by ana@c.io").waitFor();
    // A column is narrower than the longest name and the id of a subscription; where cells are stacked, both fit.
    const isShort = (text: string) => width < 1_080 || !text.startsWith("pe-");
    const cut = async () => (await watched.page.evaluate<string[]>(cutCells)).filter(isShort);
    await expect.poll(cut).toEqual([]);
    await expect.poll(() => watched.page.evaluate(outsideRows)).toEqual([]);
    const listed = await pages.open({ addresses: notApplicable }, "#/addresses", { viewport });
    await listed.page.locator(".table-body").getByText("not applicable").waitFor();
    await expect.poll(() => listed.page.evaluate(cutCells)).toEqual([]);
    await expect.poll(() => listed.page.evaluate(outsideRows)).toEqual([]);
  });

  it("are shown whole to who points at one that is cut, and only there", async () => {
    const { page } = await pages.open({ overview: longest(1) }, "#/connections", {
      viewport: { width: 1_100, height: 900 },
    });
    const cell = page.getByRole("cell").filter({ hasText: "pe-orders" });
    await cell.hover();
    await expect.poll(() => cell.getAttribute("title")).toContain(longName);
    const phase = page.getByRole("cell", { name: "Overridden" });
    await phase.hover();
    await expect.poll(() => phase.getAttribute("title")).toBe(null);
  });
});

/** Texts that are cut, by cell. */
const cutCells = `[...document.querySelectorAll(".table-body [role=cell]")]
  .filter((cell) => [cell, ...cell.querySelectorAll("*")].some(
    ({ clientWidth, clientHeight, scrollWidth, scrollHeight }) =>
      clientWidth > 0 && (scrollWidth > clientWidth || scrollHeight > clientHeight + 1)))
  .map((cell) => cell.innerText)`;
