import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { visit, widths, type Watched } from "./browser.ts";
import { hasBrowser, usePages } from "./page.ts";
import { outsideRows } from "./outside-rows.ts";

const at = "2026-11-27T00:00:00Z";
const requester = "44444444-0000-4000-8000-000000000004";
const service =
  "/subscriptions/s/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders";

/** A service with as many connections, each of which has everything that a row shows. */
function overview(connections: number): Answer<"Overview"> {
  const each = {
    phase: "Held",
    state: "Pending",
    verdict: "hold",
    rule: "landing zones",
    waitsFor: "person",
    requester,
    at,
  } as const;
  return {
    services: [
      {
        service,
        connections: Array.from({ length: connections }, (_, index) => ({ name: `pe-${index}`, ...each })),
      },
    ],
  };
}

const addresses: Answer<"Addresses"> = {
  addresses: (["public", "private", "outbound"] as const).map((kind, index) => ({
    resource: service,
    kind,
    location: "westeurope",
    state: "right",
    current: [`203.0.113.${index}`],
    currentAt: at,
    baseline: [`203.0.113.${index}`],
    baselineAt: at,
    origin: { kind: "learned" },
  })),
};

const narrow: BrowserContextOptions = { viewport: widths.narrow };
const rowTexts = ({ page }: Watched) => page.locator(".table-body [role=row]").allInnerTexts();
const rowsOf = ({ page }: Watched) => page.getByRole("table").getByRole("row");

describe.skipIf(!hasBrowser)("tables on a narrow page", () => {
  const pages = usePages();

  it("show every column of a connection, each with its title", async () => {
    const watched = await pages.open({ overview: overview(500) }, "#/connections", narrow);
    const [first = ""] = await rowTexts(watched);
    for (const text of ["pe-0", requester, "apim-orders", "Held", "Pending", "hold", "landing zones"])
      expect(first).toContain(text);
    const titles = await watched.page.evaluate<string[]>(
      "[...document.querySelector('.table-body [role=row]').children].map((each) => getComputedStyle(each, '::before').content)",
    );
    expect(titles.map((each) => /\w+/.exec(each)?.[0])).toEqual([
      "none",
      "Service",
      "Phase",
      "Azure",
      "Verdict",
      "Decided",
      "Rule",
    ]);
    // Everything stands inside of its row.
    await expect.poll(() => watched.page.evaluate(outsideRows)).toEqual([]);
  });

  it("tell addresses of one service apart", async () => {
    const watched = await pages.open({ addresses }, "#/addresses", narrow);
    await watched.page.getByText("203.0.113.1").waitFor();
    const texts = await rowTexts(watched);
    expect(new Set(texts).size).toBe(3);
    for (const text of texts)
      expect(text).toMatch(/(public|private|outbound)[^]*westeurope[^]*203\.0\.113\./);
    await expect.poll(() => watched.page.evaluate(outsideRows)).toEqual([]);
  });

  it("show what a service holds, and its action", async () => {
    const watched = await pages.open({ overview: overview(40) }, "#/services", narrow);
    await expect.poll(async () => (await rowTexts(watched))[0]).toMatch(/40[^]*40[^]*0[^]*Re-evaluate/);
    await expect.poll(() => watched.page.evaluate(outsideRows)).toEqual([]);
  });

  it("count what needs a person of a service as the navigation does, and apart what waits otherwise", async () => {
    const { services } = overview(3);
    const [{ connections } = { connections: [] }] = services;
    const waiting = connections.map((each, index) =>
      index === 0 ? each : { ...each, phase: index === 1 ? "Decided" : "Held", waitsFor: "breaker" },
    );
    const watched = await pages.open(
      { overview: { services: [{ service, connections: waiting }] } },
      "#/services",
      narrow,
    );
    await expect.poll(async () => (await rowTexts(watched))[0]).toMatch(/3\s+1\s+2\s+0\s+Re-evaluate/);
    await expect.poll(() => watched.page.getByRole("link", { name: "Held 1 need a person" }).count()).toBe(1);
  });

  it("keep only the rows in sight, and the reader's place when the page becomes wide", async () => {
    const watched = await pages.open({ overview: overview(500) }, "#/connections", narrow);
    const { page } = watched;
    const table = page.getByRole("table", { name: "Connections" });
    await table.getByRole("link", { name: "pe-0", exact: true }).waitFor();
    const rowPx = await page.evaluate<number>("document.querySelector('.table-body').clientHeight / 500");
    await page.evaluate(`document.querySelector("[role=table]").scrollTop = ${200 * rowPx}`);
    await table.getByRole("link", { name: "pe-200", exact: true }).waitFor();
    await expect.poll(() => rowsOf(watched).count()).toBeLessThan(25);
    await page.setViewportSize(widths.wide);
    await table.getByRole("columnheader", { name: "Verdict" }).waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('[role=table]').scrollTop")).toBe(200 * 52);
    await table.getByRole("link", { name: "pe-200", exact: true }).waitFor();
  });
});

describe.skipIf(!hasBrowser)("the reader's place in a table", () => {
  const pages = usePages();

  it("is that of each link: another filter begins at the top, and the way back leads to it", async () => {
    const watched = await pages.open({ overview: overview(500) }, "#/connections");
    const { page } = watched;
    const table = page.getByRole("table", { name: "Connections" });
    const link = (name: string) => table.getByRole("link", { name, exact: true });
    const top = () => page.evaluate("document.querySelector('[role=table]').scrollTop");
    await link("pe-0").waitFor();
    await page.evaluate("document.querySelector('[role=table]').scrollTop = 200 * 52");
    await link("pe-200").waitFor();
    await page.getByLabel("Filter").fill("pe-1");
    await page.getByText("111 connections of 500").waitFor();
    await link("pe-1").waitFor();
    await expect.poll(top).toBe(0);
    await page.getByLabel("Filter").fill("");
    await link("pe-200").waitFor();
    await expect.poll(top).toBe(200 * 52);
    await visit(watched, "#/decisions");
    await page.goBack();
    await link("pe-200").waitFor();
    await expect.poll(top).toBe(200 * 52);
  });
});

describe.skipIf(!hasBrowser)("an explanation on a narrow page", () => {
  const pages = usePages();

  it("wraps what has to be deployed for a right that is missing", async () => {
    const field = "endpoint.subnet.name";
    const reason = `${field} is unknown (forbidden: the app has no right to read it); grant Microsoft.Network/privateEndpoints/read on the requester's subscription ${requester}`;
    const right = {
      action: "Microsoft.Network/privateEndpoints/read",
      role: "reader",
      whose: "requester",
      subscription: requester,
    } as const;
    const connection = `${service}/privateEndpointConnections/pe-held`;
    const held: Answer<"Held"> = {
      held: [
        {
          connection,
          service,
          phase: "Held",
          reason,
          firstSeenAt: at,
          attempts: 0,
          decisionId: "decision-1",
        },
      ],
      waitingForMode: 0,
      waitingForWindow: 0,
      waitingForBreaker: 0,
    };
    const entry: Answer<"Entry"> = {
      id: "decision-1",
      kind: "decision",
      sequence: 1,
      at,
      hash: "0",
      previous: "0",
      connection,
      service,
      verdict: {
        kind: "hold",
        reasons: [reason],
        unknown: [{ field, reason: "forbidden", right }],
        alerts: [],
      },
    };
    const answers = { held, "decisions/decision-1": entry };
    const { page } = await pages.open(answers, "#/held", narrow);
    await page.getByRole("button", { name: "Why is pe-held held?" }).click();
    await page.getByRole("heading", { name: "Facts needed to decide it" }).waitFor();
    await expect.poll(() => page.locator(".unknowns").innerText()).toContain("infra/estate/main.bicep");
    await expect.poll(() => page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  });
});

describe.skipIf(!hasBrowser)("printing", () => {
  const pages = usePages();
  const toPaper = async ({ page }: Watched) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  };

  it("prints every row of a table, dark on white, without what only a screen can do", async () => {
    const watched = await pages.open({ overview: overview(300) }, "#/connections", { colorScheme: "dark" });
    const { page } = watched;
    await rowsOf(watched).nth(1).waitFor();
    await toPaper(watched);
    await expect.poll(() => rowsOf(watched).count()).toBe(301);
    await expect.poll(() => page.getByRole("navigation", { name: "Views" }).isVisible()).toBe(false);
    await expect.poll(() => page.locator("button:visible, input:visible, select:visible").count()).toBe(0);
    await expect
      .poll(() => page.evaluate("getComputedStyle(document.body).backgroundColor"))
      .toBe("rgb(255, 255, 255)");
    const [height, last] = await page.evaluate<[number, number]>(
      "[document.querySelector('.table').clientHeight, document.querySelector('.table-body').lastElementChild.offsetTop]",
    );
    expect(last).toBeGreaterThan(299 * 15);
    expect(height).toBeGreaterThan(last);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await page.emulateMedia({ media: "screen" });
    await expect.poll(() => rowsOf(watched).count()).toBeLessThan(60);
  });

  it("gives the browser the rows before it prints", async () => {
    const watched = await pages.open({ overview: overview(300) }, "#/connections");
    await rowsOf(watched).nth(1).waitFor();
    // Sheets of a PDF, each with an object of its own.
    const sheets = (pdf: Buffer) => pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets(await watched.page.pdf({ format: "A4" }))).toBeGreaterThan(5);
  });

  it("prints the first thousand rows of more, and says so", async () => {
    const watched = await pages.open({ overview: overview(1_200) }, "#/connections");
    await rowsOf(watched).nth(1).waitFor();
    await toPaper(watched);
    await expect.poll(() => rowsOf(watched).count()).toBe(1_001);
    await watched.page.getByText("The first 1,000 of 1,200 rows.").waitFor();
  });
});
