import { describe, expect, it } from "vitest";
import { decisionOf, healthIn, heldConnection } from "./answers.ts";
import { visit, type Watched } from "./browser.ts";
import { hasBrowser, usePages } from "./page.ts";

const held = heldConnection("pe-partner");
const { service, firstSeenAt: at } = held;
const opens = `rule "office hours" (approve) is true outside its change window, which opens at 2026-11-30T07:00:00.000Z`;
const answers = {
  access: { caller: "ana@contoso.example", changeRefused: null, decideRefused: null },
  "health/details": healthIn("enforce"),
  held: {
    held: [{ ...held, reason: opens }],
    waitingForWindow: 0,
    waitingForMode: 0,
    waitingForBreaker: 0,
  },
  connections: { connections: [{ ...held, reason: opens }] },
  decisions: {
    decisions: [decisionOf(held, { verdict: { kind: "hold", reasons: [opens], unknown: [], alerts: [] } })],
  },
  alerts: {
    alerts: [
      {
        id: "alert-1",
        type: "Drawbridge.AddressDrifted",
        subject: service,
        time: held.firstSeenAt,
        severity: "critical",
        data: { reason: "the addresses differ since 2026-11-26T20:00:00.000Z", since: held.firstSeenAt },
        sinks: ["log"],
      },
    ],
  },
};

describe.skipIf(!hasBrowser)("times on the dashboard", () => {
  const pages = usePages();
  const inIndia = { timezoneId: "Asia/Kolkata", locale: "en-GB" };

  it("are the reader's, and name the time zone", async () => {
    const { page } = await pages.open(answers, "#/held", inIndia);
    const seen = page.getByRole("main").locator("time[title]").first();
    await expect.poll(() => seen.getAttribute("title")).toMatch(/^27 Nov 2026, 05:30:00 GMT\+5:30$/);
    await page.getByText("30 Nov 2026, 12:30:00 GMT+5:30").waitFor();
  });

  it("take the place of every instant in a text", async () => {
    const watched = await pages.open(answers, "", inIndia);
    const { page } = watched;
    for (const place of ["", "held", `connection/${held.connection}`, "decisions", "alerts"]) {
      await visit(watched, `#/${place}`);
      await page.getByRole("main").getByText("GMT+5:30").filter({ visible: true }).first().waitFor();
      expect(await page.getByRole("main").innerText(), place).not.toMatch(/\dT\d\d:/);
    }
    await page.getByText("AddressDrifted").click();
    await page.locator(".alert-details").getByText("27 Nov 2026, 05:30:00 GMT+5:30").waitFor();
  });

  it("stand in the causes of a drift, and a history says what it found where nothing differs", async () => {
    const base = {
      resource: service,
      location: "westeurope",
      current: ["198.18.0.1"],
      currentAt: at,
      baselineAt: at,
    };
    const cause = {
      cause: "availability zones changed",
      likelihood: "likely",
      for: [`zones changed, observed at 2026-11-28T04:53:08.766Z`],
      against: [],
    } as const;
    const set = {
      ...base,
      kind: "public",
      state: "drifted",
      baseline: ["203.0.113.10"],
      origin: { kind: "learned" },
      drift: { since: at, causes: [cause] },
    } as const;
    const change = {
      sequence: 1,
      at,
      kind: "learned",
      what: "the current addresses become the baseline",
      addresses: [{ kind: "private", location: "westeurope", added: [], removed: [], addresses: [] }],
    };
    const drifted = { addresses: { addresses: [set] }, "addresses/history": { changes: [change] } };
    const { page } = await pages.open(drifted, "#/addresses?state=drifted");
    await page.getByText("zones changed, observed at").waitFor();
    expect(await page.getByRole("main").innerText()).not.toMatch(/\dT\d\d:/);
    await visit({ page, complaints: [] }, `#/address/${service}`);
    await page.getByText("no difference: none").waitFor();
  });
});

describe.skipIf(!hasBrowser)("the last day of an approval", () => {
  const pages = usePages();
  const decided = { ...held, verdict: "approve", by: "ana", reason: "agreed", applied: false } as const;

  /** Opens the dialog where it is this time in a time zone. */
  async function approving(timezoneId: string, now: string): Promise<Watched> {
    const watched = await pages.open({ ...answers, "connections/decide": decided }, "#/held", { timezoneId });
    await watched.page.clock.setSystemTime(now);
    await watched.page.getByRole("button", { name: "Approve pe-partner" }).click();
    return watched;
  }

  const until = "2026-11-28T09:59:59.000Z";
  it.each([
    { place: "Pacific/Kiritimati", now: "2026-11-27T12:00:00Z", today: "2026-11-28", zone: "GMT+14" },
    { place: "Pacific/Honolulu", now: "2026-11-28T05:00:00Z", today: "2026-11-27", zone: "HST" },
  ])("is a day of the reader's, in $place at $now", async ({ place, now, today, zone }) => {
    const { page } = await approving(place, now);
    const day = page.getByLabel("Last day of the approval");
    await expect.poll(() => day.getAttribute("min")).toBe(today);
    await day.fill(today);
    await page.getByText(`11:59:59 PM ${zone}`).waitFor();
    await page.getByLabel("Reason, which the requester reads on Azure").fill("agreed");
    const asked = page.waitForRequest("**/api/connections/decide");
    await page.getByRole("button", { name: "Set it to Approved" }).click();
    expect((await asked).postDataJSON()).toMatchObject({ verdict: "approve", until });
  });
});
