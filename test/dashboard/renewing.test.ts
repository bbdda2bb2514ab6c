import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { decisionOf, healthIn, heldConnection } from "./answers.ts";
import { visit } from "./browser.ts";
import { hasBrowser, usePages } from "./page.ts";

const held = heldConnection("pe-partner");
const operator = { caller: "ana@contoso.example", changeRefused: null, decideRefused: null };
const noneHeld = { held: [], waitingForWindow: 0, waitingForMode: 0, waitingForBreaker: 0 };

describe.skipIf(!hasBrowser)("what the dashboard shows is renewed", () => {
  const pages = usePages();

  it("by what was asked for after an action, though an earlier answer comes later", async () => {
    const decided: Answer<"PersonalDecision"> = {
      connection: held.connection,
      verdict: "reject",
      by: operator.caller,
      reason: "no",
      phase: "Applied",
      state: "Rejected",
      applied: true,
      decisionId: "d-2",
    };
    const answers: Record<string, unknown> = {
      access: operator,
      "health/details": healthIn("enforce"),
      held: { ...noneHeld, held: [held] },
      connections: { connections: [held] },
      decisions: { decisions: [] },
      "decisions/d-1": decisionOf(held),
      "connections/decide": decided,
    };
    const { page } = await pages.open(answers, "#/held");
    await page.getByRole("button", { name: "Reject pe-partner" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason, which the requester reads on Azure").fill("no");
    // A reading that begins before the decision, and is answered after it.
    const late = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    let readings = 0;
    await page.route("**/api/held?*", async (route) => {
      if (readings++ > 0) return route.fallback();
      asked.resolve();
      await late.promise;
      await route.fulfill({ json: { ...noneHeld, held: [held] } });
      await route.request().response();
      answered.resolve();
    });
    await page.evaluate("dispatchEvent(new Event('online'))");
    await asked.promise;
    answers.held = noneHeld;
    await dialog.getByRole("button", { name: "Set it to Rejected" }).click();
    await page.getByText("Nothing waits for a person").waitFor();
    late.resolve();
    await answered.promise;
    await page.evaluate("fetch('/api/access').then((answer) => answer.text())");
    // It stood there before. The next reading would bring it back, so that this one must not wait.
    expect(await page.getByText("Nothing waits for a person").count()).toBe(1);
    await page.clock.runFor(25_000);
    await expect.poll(() => readings).toBeGreaterThan(2);
  });

  it("where a sink never accepted an alert that was known", async () => {
    const alert: Answer<"Alerts">["alerts"][number] = {
      id: "a-1",
      type: "Drawbridge.ConnectionHeld",
      subject: held.connection,
      time: held.firstSeenAt,
      severity: "warning",
      data: {},
      sinks: ["log"],
    };
    const answers: Record<string, unknown> = { alerts: { alerts: [alert] } };
    const { page } = await pages.open(answers, "#/alerts");
    await page.getByText("1 alert, the last").waitFor();
    answers.alerts = { alerts: [{ ...alert, givenUp: [{ sink: "log", at: held.firstSeenAt }] }] };
    await page.clock.runFor(25_000);
    await expect.poll(() => page.locator(".sinks").innerText()).toContain("1 never accepted");
  });

  it("by a decision that was recorded a little before the newest one, and is found after it", async () => {
    const entry = (id: string, at: string) => ({
      ...decisionOf(held),
      id,
      at,
      connection: `${held.service}/privateEndpointConnections/${id}`,
    });
    const later = entry("later", "2026-11-27T00:00:01.000Z");
    const answers: Record<string, unknown> = { "decisions?top=100": { decisions: [later] } };
    const watched = await pages.open(answers, "#/decisions");
    const { page } = watched;
    await page.getByRole("link", { name: "later" }).waitFor();
    const earlier = entry("earlier", "2026-11-27T00:00:00.900Z");
    await page.route("**/api/decisions?*from=*", (route) => {
      const from = new URL(route.request().url()).searchParams.get("from") ?? "";
      return route.fulfill({ json: { decisions: [later, earlier].filter(({ at }) => at >= from) } });
    });
    await page.clock.runFor(25_000);
    await page.getByRole("link", { name: "earlier" }).waitFor();
    await expect.poll(() => page.locator(".lines a").allInnerTexts()).toEqual(["later", "earlier"]);
    await visit(watched, "#/alerts");
  });
});

describe.skipIf(!hasBrowser)("the key", () => {
  const pages = usePages();

  it("is not refused by a late answer about the one before", async () => {
    const { page } = await pages.open({});
    await page.getByRole("button", { name: "Forget the key" }).click();
    const late = Promise.withResolvers<void>();
    const isWrong = (key: string | undefined) => key === "wrong";
    await page.route("**/api/*", async (route) => {
      const { pathname } = new URL(route.request().url());
      if (
        !isWrong(
          await route
            .request()
            .headerValue("x-functions-key")
            .then((each) => each ?? undefined),
        )
      )
        return route.fallback();
      if (pathname.endsWith("/overview")) await late.promise;
      return route.fulfill({ status: 401, json: { title: "no" } });
    });
    const field = page.getByLabel("Function key");
    await field.fill("wrong");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("alert").waitFor();
    await field.fill("right");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const answered = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/overview"));
    late.resolve();
    await answered;
    await page.evaluate("fetch('/api/health/details').then((answer) => answer.text())");
    await expect.poll(() => page.getByRole("heading", { name: "Overview" }).count()).toBe(1);
    await expect.poll(() => field.count()).toBe(0);
  });
});
