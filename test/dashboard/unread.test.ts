import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { connectionId, healthIn, heldConnection } from "./answers.ts";
import { visit } from "./browser.ts";
import { hasBrowser, Refused, usePages } from "./page.ts";

const held = heldConnection("pe-partner");
const operator = { caller: "ana@contoso.example", changeRefused: null, decideRefused: null };
const failed = new Refused(503, "the storage does not answer");

describe.skipIf(!hasBrowser)("what could not be read is not shown as none", () => {
  const pages = usePages();

  it("among the counts, the sinks and the results of a search", async () => {
    const watched = await pages.open({ addresses: failed, alerts: failed, decisions: failed });
    const { page } = watched;
    await page.getByText("The addresses cannot be shown").waitFor();
    await expect.poll(() => page.getByRole("link", { name: "Open drifts" }).innerText()).toContain("–");
    await visit(watched, "#/alerts");
    await page.getByText("The alerts cannot be shown").waitFor();
    await expect.poll(() => page.getByRole("heading", { name: "Sinks" }).count()).toBe(0);
    await visit(watched, "#/search?q=anything");
    await page.getByText("could not be read: addresses, decisions, alerts").waitFor();
    await expect.poll(() => page.getByText("Nothing found").count()).toBe(0);
  });

  it("among the counts of what is held, and the services", async () => {
    const watched = await pages.open({ overview: failed }, "#/held");
    const { page } = watched;
    await page.getByRole("link", { name: "Wait for the mode" }).waitFor();
    await expect.poll(() => page.locator(".tabs .count").count()).toBe(0);
    await visit(watched, "#/services");
    await page.getByText("The services cannot be shown").waitFor();
    await expect.poll(() => page.getByText("0 services").count()).toBe(0);
  });

  it("in the health, while the state's table cannot be read", async () => {
    const stateUnread = "no answer in time";
    const details = healthIn("enforce", { status: "degraded", problems: ["the table"], stateUnread });
    const { page } = await pages.open({ "health/details": details });
    const value = (name: string) =>
      page.locator(".properties > div").filter({ hasText: name }).locator("dd").innerText();
    for (const name of [
      "Last sweep",
      "Last address check",
      "Event paths",
      "Requests without events",
      "Requests breaker",
      "Approvals breaker",
    ])
      await expect.poll(() => value(name), { message: name }).toBe("could not be read");
    await expect.poll(() => page.locator(".status-line").innerText()).toContain("could not be read");
  });

  it("of a service that was not read yet, or not for more than a day", async () => {
    const day = { name: "pe-1", phase: "Applied", at: held.firstSeenAt };
    const services = [
      { service: held.service, connections: [day] },
      { service: held.service.replace("apim-orders", "apim-dark"), unread: {}, connections: [] },
      {
        service: held.service.replace("apim-orders", "apim-late"),
        unread: { readAt: held.firstSeenAt },
        connections: [day, { ...day, name: "pe-2", phase: "Held", waitsFor: "person" }],
      },
    ];
    const watched = await pages.open({ overview: { services } }, "#/services");
    const { page } = watched;
    await page.getByText("2 services were not read yet, or not for more than a day").waitFor();
    const rows = page.locator(".table-body [role=row]");
    await expect.poll(() => rows.nth(0).innerText()).toMatch(/apim-late[^]*unread 2 known, read/);
    await expect.poll(() => rows.nth(1).innerText()).toMatch(/apim-dark[^]*unread[^]*never read[^]*–[^]*–/);
    await expect.poll(() => page.getByRole("meter").count()).toBe(1);
    await rows.nth(1).getByRole("link").click();
    await page.getByText("it may have other connections").waitFor();
    await visit(watched, "#/");
    await page.getByRole("link", { name: "2 Unread services" }).waitFor();
  });

  it("of resources whose addresses were never observed, in the list and on their pages", async () => {
    const since = held.firstSeenAt;
    const other = held.service.replace("apim-orders", "apim-dark");
    const unobserved = [
      { resource: held.service, since, why: "the service is Updating" },
      { resource: other, since, why: "no answer in time", set: { kind: "public", location: "westeurope" } },
    ] satisfies Answer<"Addresses">["unobserved"];
    const answers = { addresses: { addresses: [], unobserved } satisfies Answer<"Addresses"> };
    const watched = await pages.open(answers, "#/addresses");
    const text = () => watched.page.getByRole("main").innerText();
    await expect
      .poll(text)
      .toContain("Not all addresses of 2 resources were observed yet. The list lacks them.");
    await expect.poll(text).toMatch(/apim-orders: the service is Updating, since /);
    await expect.poll(text).toMatch(/apim-dark, public in westeurope: no answer in time, since /);
    await visit(watched, `#/address/${other}`);
    await expect.poll(text).toContain("Not all addresses of 1 resource were observed yet.");
    await expect.poll(text).not.toContain("apim-orders:");
  });

  it("of the whole estate before the first sweep has ended", async () => {
    const run = (endedAt: string | null) => ({ startedAt: held.firstSeenAt, endedAt });
    const said = "No sweep has ended yet, so services of the scope may not have been read yet";
    const watched = await pages.open(
      { "health/details": healthIn("enforce", { sweeps: run(null) }) },
      "#/services",
    );
    await watched.page.getByText(`${said}: there may be more services`).waitFor();
    await visit(watched, "#/connections");
    await watched.page.getByText(`${said}: there may be more connections`).waitFor();
    await visit(watched, "#/held");
    await watched.page.getByText(`${said}: there may be more requests`).waitFor();
    const swept = { "health/details": healthIn("enforce", { sweeps: run(held.firstSeenAt) }) };
    const { page } = await pages.open(swept, "#/services");
    await page.getByText("The sweep finds every service").waitFor();
    await expect.poll(() => page.getByText(said).count()).toBe(0);
  });

  it("in a dry run of everything, whose numbers are those of all that was reviewed", async () => {
    const { connection, service } = held;
    const answers = {
      access: operator,
      "health/details": healthIn("enforce"),
      reevaluate: { id: "r-1", status: "running" },
      "reevaluations/r-1": {
        id: "r-1",
        status: "ended",
        scope: "all",
        dryRun: true,
        states: ["Pending"],
        actor: "ana",
        startedAt: held.firstSeenAt,
        services: 2,
        unread: [service.replace("apim-orders", "apim-dark")],
        counts: { hold: 700, none: 1 },
        applied: 0,
        results: [
          { connection: connectionId("pe-dark"), applied: false, reason: "it could not be read (failed)" },
          { connection, applied: false, state: "Pending", verdict: "hold", reasons: ["it is held"] },
          {
            connection: connectionId("pe-decided"),
            applied: false,
            verdict: "hold",
            person: "approve",
            decidedBy: "bo@contoso.example",
          },
        ],
      },
    };
    const { page } = await pages.open(answers);
    await page.getByRole("button", { name: /^Re-evaluate every/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Nothing would change as far as it could be told.").waitFor();
    const text = await dialog.innerText();
    expect(text).toContain("1 connection could not be evaluated");
    expect(text).toContain("it could not be read (failed)");
    expect(text).toContain("bo@contoso.example decided to approve");
    expect(text).toMatch(/1 service could not be read[^]*apim-dark/);
    await expect
      .poll(() => dialog.getByRole("button", { name: "Review 701 connections now" }).isEnabled())
      .toBe(true);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect
      .poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')"))
      .toMatch(/^Re-evaluate every/);
  });

  it("counts what a person decided otherwise than the policy among the changes", async () => {
    const decided = { connection: held.connection, state: "Pending", verdict: "hold", applied: false };
    const results = [{ ...decided, person: "approve", decidedBy: "bo@contoso.example" }];
    const answers = { access: operator, "health/details": healthIn("enforce"), reevaluate: { results } };
    const { page } = await pages.open(answers);
    await page.getByRole("button", { name: /^Re-evaluate every/ }).click();
    const sentence = page
      .getByRole("dialog")
      .getByText("The decision on 1 connection would change its state");
    await expect.poll(() => sentence.isVisible()).toBe(true);
  });
});

describe.skipIf(!hasBrowser)("the health on the dashboard", () => {
  const pages = usePages();

  it("names the services of which no events come, and what to do", async () => {
    const { breakers, ...rest } = healthIn("enforce");
    const missing = { eventsMissing: held.firstSeenAt, eventsMissingFrom: [held.service] };
    const { page } = await pages.open({
      "health/details": { ...rest, breakers: { ...breakers, ...missing } },
    });
    const row = page.locator(".properties > div").filter({ hasText: "Requests without events" });
    await row.getByText("events missing").waitFor();
    await row.getByText("drawbridge doctor").waitFor();
    const link = row.getByRole("link", { name: "apim-orders" });
    await expect.poll(() => link.getAttribute("href")).toContain(encodeURIComponent(held.service));
  });
});

describe.skipIf(!hasBrowser)("the search of everything", () => {
  const pages = usePages();

  it("takes a word that is typed on any view, letter by letter", async () => {
    const { page } = await pages.open({});
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByLabel("Search everything").click();
    await page.keyboard.type("partner", { delay: 50 });
    await page.getByRole("heading", { name: "Search: partner" }).waitFor();
    expect(page.url()).toContain("q=partner");
  });

  it("shows characters that would reorder the heading as their code", async () => {
    const { page } = await pages.open({}, `#/search?q=${encodeURIComponent("a\u202efdp")}`);
    await expect.poll(() => page.getByRole("heading", { level: 1 }).innerText()).toBe("Search: a\\u202efdp");
    await expect.poll(() => page.title()).toBe("Search: a\\u202efdp · Drawbridge");
  });
});
