import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { hasBrowser, usePages } from "./page.ts";

const at = "2026-11-27T00:00:00Z";
const numbers = Array.from({ length: 250 }, (_, index) => index);
const serviceOf = (name: string) =>
  `/subscriptions/s/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/${name}`;

const drifts: Answer<"Addresses">["addresses"] = numbers.map((index) => ({
  resource: serviceOf(`apim-${index}`),
  kind: "public",
  location: "westeurope",
  state: "drifted",
  current: [],
  currentAt: at,
  baseline: ["203.0.113.10"],
  baselineAt: at,
  origin: { kind: "learned" },
  drift: { id: "d", since: at, remindAt: at, causes: [] },
}));
const changes = numbers.map((sequence) => ({ sequence, at, kind: "learned", what: `change ${sequence}` }));
const overview: Answer<"Overview"> = {
  services: [
    {
      service: serviceOf("apim-orders"),
      connections: numbers.map((index) => ({ name: `pe-${index}`, phase: "Held", at, waitsFor: "mode" })),
    },
  ],
};

describe.skipIf(!hasBrowser)("long lists without a table", () => {
  const pages = usePages();

  it.each([
    ["drifts", "#/addresses", "main .difference", 50, "203.0.113.10"],
    ["what waits for the mode", "#/held?wait=mode", "main .lines > li", 200, "pe-0"],
    [
      "the history of an address",
      `#/address/${serviceOf("apim-1")}`,
      "main .time-line > li",
      200,
      "change 249",
    ],
  ])("show %s in steps", async (_, place, ...[item, step, first]) => {
    const answers = { addresses: { addresses: drifts }, "addresses/history": { changes }, overview };
    const { page } = await pages.open(answers, place);
    await expect.poll(() => page.locator(item).count()).toBe(step);
    await expect.poll(() => page.locator(item).first().innerText()).toContain(first);
    await page.getByRole("button", { name: "Show the next 50 of 250" }).click();
    await expect.poll(() => page.locator(item).count()).toBe(step + 50);
    const isWhole = step + 50 === 250;
    await expect
      .poll(() => page.getByRole("button", { name: "Show the next" }).count())
      .toBe(isWhole ? 0 : 1);
  });
});
