import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { decisionOf, healthIn, heldConnection } from "./answers.ts";
import { visit, widths } from "./browser.ts";
import { hasBrowser, Refused, usePages } from "./page.ts";

/** What the page says while a breaker is open. */
const now = Date.now();
const since = new Date(now - 5 * minuteMs).toISOString();
const until = new Date(now + hourMs + 30_000).toISOString();
const nextAt = new Date(now + 8 * minuteMs + 30_000).toISOString();

const { decisionId: _, decidedAt: _at, verdict: _verdict, ...asked } = heldConnection("pe-flood");
const flooded: Answer<"Connection"> = {
  ...asked,
  reason: "the requests breaker is open",
  restrained: "requests",
  nextAt,
};
const withheld: Answer<"Connection"> = {
  ...heldConnection("pe-late"),
  reason: "the approvals breaker is open",
  restrained: "approvals",
  nextAt,
};
const entry = decisionOf(withheld, { restrained: "approvals" });
const summaryOf = ({ phase, firstSeenAt, verdict }: Answer<"Connection">, name: string) => ({
  name,
  phase,
  at: firstSeenAt,
  state: "Pending",
  waitsFor: "breaker" as const,
  ...(verdict === undefined ? {} : { verdict }),
});

const open = {
  "health/details": healthIn("enforce", {
    status: "degraded",
    problems: ["the requests breaker is open"],
    breakers: {
      ...healthIn("enforce").breakers,
      requests: since,
      requestsUntil: until,
      approvals: since,
      approvalsUntil: until,
      revocationsRefused: 2,
    },
  }),
  overview: {
    services: [
      {
        service: flooded.service,
        connections: [
          { ...summaryOf(flooded, "pe-flood"), breaker: "requests" },
          { ...summaryOf(withheld, "pe-late"), breaker: "approvals" },
          { ...summaryOf({ ...withheld, phase: "Decided" }, "pe-by-ana"), breaker: "approvals" },
        ],
      },
    ],
  } satisfies Answer<"Overview">,
  connections: { connections: [flooded, withheld] } satisfies Answer<"Connections">,
};

describe.skipIf(!hasBrowser)("the dashboard while a breaker is open", () => {
  const pages = usePages();

  it("counts on the overview what waits for one, and says since and until when it is open", async () => {
    const { page } = await pages.open(open);
    const tile = page.getByRole("link", { name: "3 Wait for a breaker" });
    await expect.poll(() => tile.getAttribute("href")).toContain("wait=breaker");
    await expect
      .poll(() => page.getByRole("main").innerText())
      .toMatch(/REQUESTS BREAKER\s+open for 5 minutes, closes in 1 hour at the earliest/i);
    await page.getByText("1 problem keeps the app from its work, or holds connections back").waitFor();
    await page.getByText("used up until the next sweep; tries refused since the last one began: 2").waitFor();
  });

  it("lists what waits for it with the reason of each", async () => {
    const { page } = await pages.open(open, "#/held?wait=breaker");
    await page.getByText("the requests breaker holds it before any decision; no rule, Pending").waitFor();
    await page.getByText("the approvals breaker withholds its approval").waitFor();
    await page.getByText("a person approved it, and it waits for the approvals breaker").waitFor();
    await page
      .getByText("The requests breaker opened 5 minutes ago and closes in 1 hour at the earliest")
      .waitFor();
    await expect.poll(() => page.getByText("no verdict yet").count()).toBe(0);
    // Only what the approvals breaker withholds is decided already.
    await expect
      .poll(() => page.getByText("What waits is applied then without another request.").count())
      .toBe(1);
    for (const todo of [
      "raise the setting to at least twice their number, or decide them by hand; if not, stop the requester.",
      "raise the setting; if not, stop the requester, add a reject rule, or reject by hand.",
    ])
      await page.getByText(todo).waitFor();
  });

  it("lists in all connections those that wait for one, and says where a link asks for another filter", async () => {
    const bystander = {
      ...summaryOf(flooded, "pe-settled"),
      phase: "Applied" as const,
      waitsFor: "person" as const,
    };
    const [{ connections } = { connections: [] }] = open.overview.services;
    const overview = { services: [{ service: flooded.service, connections: [...connections, bystander] }] };
    const watched = await pages.open({ ...open, overview }, "#/connections?wait=breaker&colour=red");
    const { page } = watched;
    await page.getByText("3 connections of 4").waitFor();
    await page.getByText("The link asks for colour, by which this list is not filtered.").waitFor();
    await visit(watched, "#/connections?phase=Nosuch&end=never&state=Odd&wait=breaker");
    const unknown = "The link asks for phase=Nosuch, end=never, by which this list is not filtered.";
    await page.getByText(unknown).waitFor();
    // Azure's states are an open set, so that nothing has this one.
    await page.getByText("0 connections of 4").waitFor();
    await visit(watched, "#/held?wait=nobody");
    await page.getByText("The link asks for wait=nobody, by which this list is not filtered.").waitFor();
    await expect
      .poll(() => page.locator(".tabs").getByText("Need a person").getAttribute("aria-current"))
      .toBe("page");
    await visit(watched, "#/addresses?state=nosuch");
    await page.getByText("The link asks for state=nosuch, by which this list is not filtered.").waitFor();
    await visit(watched, "#/connections?wait=person");
    await page.getByText("1 connection of 4").waitFor();
    await expect.poll(() => page.getByText("The link asks for").count()).toBe(0);
  });

  it("says on a connection's page that it waits, for which breaker and until when, without a decision", async () => {
    const { page } = await pages.open(
      { ...open, decisions: { decisions: [] } },
      `#/connection/${flooded.connection}`,
    );
    await page.getByText("DRAWBRIDGE_MAX_REQUESTS_PER_HOUR").waitFor();
    await expect
      .poll(() => page.getByRole("main").innerText())
      .toContain("This connection is looked at again in 8 minutes.");
    await page.getByText("The requests breaker holds it before its facts are read.").waitFor();
    await expect.poll(() => page.getByText("Last review").count()).toBe(0);
  });

  it("names the breaker on the page of the decision that it withheld, and in the lists", async () => {
    const answers = { ...open, decisions: { decisions: [entry] }, [`decisions/${entry.id}`]: entry };
    const { page } = await pages.open(answers, `#/decision/${entry.id}`);
    await page
      .getByText("the approvals breaker withheld the approval; the policy's own verdict was approve")
      .waitFor();
    await page.getByText("approval withheld by the approvals breaker").waitFor();
    await expect.poll(() => page.getByRole("main").innerText()).not.toContain("decided hold");
  });

  it.each([
    ["the health's state was not read", healthIn("enforce", { stateUnread: "no answer in time" })],
    ["the health was not read", new Refused(400, "no")],
  ])("says that it does not know whether a breaker is still open where %s", async (_where, health) => {
    const { page } = await pages.open(
      { ...open, "health/details": health, decisions: { decisions: [] } },
      `#/connection/${flooded.connection}`,
    );
    await page
      .getByText(
        "Held by the requests breaker; whether that is still open is not known: it could not be read.",
      )
      .waitFor();
    await expect.poll(() => page.getByRole("main").innerText()).not.toContain("breaker is open. ");
  });

  it("does not say that a breaker is open which has closed since", async () => {
    const { page } = await pages.open(
      { ...open, "health/details": healthIn("enforce"), decisions: { decisions: [] } },
      `#/connection/${flooded.connection}`,
    );
    await page.getByText("The requests breaker closed again. What it held is reviewed next.").waitFor();
    await expect.poll(() => page.getByRole("main").innerText()).not.toContain("The requests breaker is open");
  });

  it("leads from each breaker of the overview to what waits for that one alone", async () => {
    const { page } = await pages.open(open);
    const links = page.getByRole("link", { name: "what waits for it" });
    await expect.poll(() => links.count()).toBe(2);
    await expect.poll(() => links.first().getAttribute("href")).toBe("#/held?wait=breaker&breaker=requests");
    await links.last().click();
    await page.getByText("the approvals breaker withholds its approval").waitFor();
    await expect.poll(() => page.getByText("the requests breaker holds it").count()).toBe(0);
    await page.getByRole("link", { name: "Show what waits for either breaker" }).click();
    await page.getByText("the requests breaker holds it before any decision").waitFor();
    await expect.poll(() => page.getByText("the approvals breaker withholds its approval").count()).toBe(1);
  });

  it("shows the message of what waits for one, and lets a person decide it", async () => {
    const asking = { ...flooded, message: "please, for CHG-9" };
    const waiting: Answer<"Connection"> = {
      ...heldConnection("pe-by-ana"),
      phase: "Decided",
      waitsForPermit: "approvals",
      person: { id: "p", verdict: "approve", by: "ana", reason: "CHG-7" },
    };
    const access: Answer<"Access"> = { caller: "bo", changeRefused: null, decideRefused: null };
    const connections = { connections: [asking, withheld, waiting] };
    const { page } = await pages.open({ ...open, access, connections }, "#/held?wait=breaker");
    await page.getByText("please, for CHG-9").waitFor();
    const named = (verb: string) =>
      page.getByRole("button", { name: new RegExp(`^${verb} `) }).evaluateAll((all) => all.length);
    for (const verb of ["Approve", "Reject", "Re-evaluate"]) await expect.poll(() => named(verb)).toBe(3);
    await page.getByRole("button", { name: "Reject pe-by-ana" }).click();
    await expect
      .poll(() => page.getByRole("dialog").innerText())
      .toContain("Azure does not take a rejection back");
  });

  it.each([
    ["could not be read", new Refused(400, "no"), "could not be read here"],
    [
      "are beyond the page that is read",
      { connections: [withheld] },
      "are not among those that are read here",
    ],
  ])("says where message and buttons %s, and leads to the connection", async (_where, connections, said) => {
    const { page } = await pages.open({ ...open, connections }, "#/held?wait=breaker");
    const flood = page.getByRole("listitem").filter({ hasText: "pe-flood" });
    await flood.getByText(said).waitFor();
    await expect
      .poll(() => flood.getByRole("link", { name: "page of pe-flood" }).getAttribute("href"))
      .toBe(`#/connection/${flooded.connection}`);
  });

  it("shows the tab that is open on a narrow screen", async () => {
    const { page } = await pages.open(open, "#/held?wait=breaker", { viewport: widths.narrow });
    const tab = page.getByRole("link", { name: /^Wait for a breaker/ });
    const isShown = async () => {
      const { x, width } = (await tab.boundingBox()) ?? { x: -1, width: 0 };
      return x >= 0 && x + width <= widths.narrow.width;
    };
    await expect.poll(isShown).toBe(true);
    const person = page.getByRole("link", { name: /^Need a person/ });
    await person.evaluate((element) => (element as unknown as { click(): void }).click());
    await expect.poll(async () => ((await person.boundingBox())?.x ?? -1) >= 0).toBe(true);
  });

  it("says of what has no verdict yet when it was seen, and not that it was decided", async () => {
    const { page } = await pages.open(open, "#/connections");
    const row = page.getByRole("row").filter({ hasText: "pe-flood" });
    await expect.poll(() => row.innerText()).toMatch(/no verdict yet\s+seen /);
    const other = page.getByRole("row").filter({ hasText: "pe-late" });
    await expect.poll(() => other.innerText()).not.toContain("seen ");
  });
});
