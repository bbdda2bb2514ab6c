import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { healthIn, heldConnection } from "./answers.ts";
import { hasBrowser, usePages } from "./page.ts";

type Alert = Answer<"Alerts">["alerts"][number];
const { connection, service } = heldConnection("pe-partner");

const alertOf = (type: Alert["type"], subject: string, more: Partial<Alert> = {}): Alert => ({
  id: type,
  type,
  subject,
  time: "2026-11-27T00:00:00Z",
  severity: "warning",
  data: {},
  sinks: ["log"],
  ...more,
});

describe.skipIf(!hasBrowser)("alerts on the dashboard", () => {
  const pages = usePages();

  it.each([
    ["Drawbridge.AddressDrifted", service, `#/address/${service}`],
    ["Drawbridge.ConnectionHeld", connection, `#/connection/${connection}`],
    ["Drawbridge.CapacityLow", service, `#/connections?service=${encodeURIComponent(service)}`],
    ["Drawbridge.HeldReminder", "held", "#/held"],
    ["Drawbridge.BreakerOpened", "breaker/requests", "#/held?wait=breaker&breaker=requests"],
    ["Drawbridge.BreakerClosed", "breaker/approvals", "#/held?wait=breaker&breaker=approvals"],
    ["Drawbridge.PolicyInvalid", "policy", "#/"],
  ] as const)("lead from %s to where it is acted on", async (type, subject, link) => {
    const { page } = await pages.open({ alerts: { alerts: [alertOf(type, subject)] } }, "#/alerts");
    await page.getByText(type.replace("Drawbridge.", ""), { exact: true }).click();
    const links = page.locator(".alert-details a");
    await expect.poll(() => links.getAttribute("href")).toBe(link);
  });

  it("say of a breaker that it was as known then until when it would stay open", async () => {
    const opened = alertOf("Drawbridge.BreakerOpened", "breaker/requests", {
      data: { until: "2026-11-27T01:00:00Z" },
    });
    const { page } = await pages.open({ alerts: { alerts: [opened] } }, "#/alerts");
    await page.getByText("BreakerOpened", { exact: true }).click();
    await expect.poll(() => page.getByText(/^until \(as known then\)$/).count()).toBe(1);
  });

  it("say of each sink what it is, what it got and what it never accepted", async () => {
    const alerts = [
      alertOf("Drawbridge.ConnectionHeld", connection, {
        sinks: ["log", "teams"],
        givenUp: [{ sink: "teams", at: "2026-11-27T01:00:00Z" }],
      }),
      alertOf("Drawbridge.ConnectionHeld", connection, { id: "2", sinks: ["summary"] }),
    ];
    const sinks = ["log", "summary", "teams", "webhook"];
    const { page } = await pages.open(
      { alerts: { alerts }, "health/details": healthIn("observe", { sinks }) },
      "#/alerts",
    );
    const line = (name: string) => page.locator(".sinks li").filter({ hasText: name }).innerText();
    await page.getByText("1 never accepted").waitFor();
    await expect.poll(() => line("log")).toContain("1 alert, the last");
    await expect.poll(() => line("teams")).toContain("a Teams workflow");
    await expect.poll(() => line("webhook")).toContain("none of these alerts is for it");
    await expect.poll(() => page.locator(".sinks li").count()).toBe(4);
    await expect
      .poll(() => line("summary"))
      .toMatch(/counts for the hourly ObserveSummary[^]*1 alert, the last/);
    await page.getByText("1 alert of mode observe is not sent one by one").waitFor();
  });
});
