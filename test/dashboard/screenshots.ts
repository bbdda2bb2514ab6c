import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startPageServer } from "../../bench/dashboard/page-server.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, serviceNamed, waitForPhase } from "../scenarios/inspect.ts";
import { ask, partner, runTimer } from "../scenarios/requests.ts";
import { findBrowser, startBrowser, themes, widths } from "./browser.ts";
import { entraSettings, signedIn } from "./entra.ts";

/**
 * Writes pictures of the dashboard for a person to look at: `node test/dashboard/screenshots.ts [folder]`, after a
 * build.
 */
const [, , folder = "screenshots"] = process.argv;
const program = findBrowser();
if (program === undefined) throw new Error("no Chromium is installed; CHROMIUM names one");
mkdirSync(folder, { recursive: true });

const yearly = "0 0 0 1 1 *";
const operator = signedIn("Drawbridge.Operator");
const browser = await startBrowser(program);
const [stack, full, empty] = await Promise.all([
  startStack({
    settings: {
      DRAWBRIDGE_SWEEP_SCHEDULE: yearly,
      DRAWBRIDGE_ADDRESS_SCHEDULE: yearly,
      ...entraSettings,
    },
  }),
  startPageServer(10_000, 1_000),
  startPageServer(0, 1),
]);
try {
  const { held, decision } = await populate(stack);
  const places = {
    overview: "",
    held: "held",
    connection: `connection/${held}`,
    addresses: "addresses",
    address: `address/${serviceNamed(stack, "apim-payments").id}`,
    decisions: "decisions",
    decision: `decision/${decision}`,
    alerts: "alerts",
    search: "search?q=partner",
  };
  for (const [width, viewport] of Object.entries(widths))
    for (const theme of themes) {
      const name = (what: string) => join(folder, `${what}-${width}-${theme}.png`);
      const page = await open(browser, stack.app.url, { viewport, theme, key: stack.functionKey });
      for (const [what, place] of Object.entries(places)) await take(page, place, name(what));
      await takeDialog(page, `connection/${held}`, /^Approve /, name("decide"));
      await takeDialog(page, `connection/${held}`, /^Reject /, name("reject"));
      await takeDialog(page, `connection/${held}`, /^Re-evaluate /, name("reevaluate"));
      await takeDialog(page, "addresses", /^Acknowledge /, name("acknowledge"));
      await page.context().setOffline(true);
      await page.evaluate("dispatchEvent(new Event('online'))");
      await page.getByText("The app does not answer.").waitFor();
      await take(page, "", name("error"));
      await page.close();
      const many = await open(browser, full.url, { viewport, theme, key: "any" });
      await take(many, "connections", name("rows"));
      await take(many, "services", name("services"));
      await take(many, "", name("full-overview"));
      await take(many, "held", name("full-held"));
      const none = await open(browser, empty.url, { viewport, theme, key: "any" });
      await take(none, "held", name("empty"));
      await take(none, "", name("empty-overview"));
      await many.reload();
      await many.screenshot({ path: name("sign-in") });
      await many.close();
      await none.close();
    }
} finally {
  await browser.close();
  await Promise.all([stack.stop(), full.stop(), empty.stop()]);
}

interface Look {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly theme: "light" | "dark";
  readonly key: string;
}

async function open(on: Browser, url: string, { viewport, theme, key }: Look): Promise<Page> {
  const context = await on.newContext({
    viewport,
    colorScheme: theme,
    ...(url === stack.app.url ? { extraHTTPHeaders: operator } : {}),
  });
  const page = await context.newPage();
  await page.goto(`${url}/api/dashboard`);
  await page.getByLabel("Function key").fill(key);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("navigation", { name: "Views" }).waitFor();
  return page;
}

async function take(page: Page, place: string, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${place}`)}`);
  await page.locator("main h1").waitFor();
  await eventually(async () => {
    if ((await page.locator(".loading").count()) > 0) throw new Error(`${place} is still loading`);
  });
  if (
    place === "held" &&
    page.url().startsWith(stack.app.url) &&
    (await page.getByRole("button", { name: /^Why is/ }).count()) > 0
  ) {
    await page
      .getByRole("button", { name: /^Why is/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Facts needed to decide it" }).first().waitFor();
  }
  await page.screenshot({ path });
}

async function takeDialog(page: Page, place: string, button: RegExp, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${place}`)}`);
  await page.getByRole("button", { name: button }).first().click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^(Set it to|Review|Acknowledge) / })
    .waitFor();
  await page.screenshot({ path });
  await page.keyboard.press("Escape");
}

/**
 * Requests of every kind and an address that changed. Returns a held connection, and the id of the decision that holds
 * it.
 */
async function populate(on: Stack): Promise<{ held: string; decision: string }> {
  const known = { call: (path: string) => on.call(path, { headers: operator }) };
  await runTimer(on, "sweepConnections");
  await runTimer(on, "checkAddresses");
  const payments = serviceNamed(on, "apim-payments");
  const toPayments = { serviceId: payments.id };
  const approved = await Promise.all(
    ["pe-orders-web", "pe-orders-batch", "pe-claims"].map((name) => ask(on, name)),
  );
  const held = await ask(on, "pe-partner-portal", {
    ...partner,
    message: "Order portal of Fabrikam, CHG-2041",
  });
  const others = await Promise.all([
    ask(on, "pe-partner-files", { ...partner, ...toPayments, message: "Nightly settlement files" }),
    ask(on, "pe-new-team", {
      subscriptionId: subscriptions.newTeam,
      message: "Team Loyalty, first connection; contact loyalty@contoso.example",
    }),
    ask(on, "pe-sandbox", { subscriptionId: subscriptions.sandbox, ...toPayments }),
  ]);
  await Promise.all([
    ...approved.map((id) => waitForPhase(known, id, "Applied")),
    ...[held, ...others.slice(0, 2)].map((id) => waitForPhase(known, id, "Held")),
  ]);
  // Azure refuses a change while it approves a connection.
  await eventually(async () => {
    const { status } = await fetch(`${on.simulator.url}${payments.id}?api-version=2024-05-01`, {
      method: "PATCH",
      headers: { authorization: "Bearer owner" },
      body: JSON.stringify({ zones: ["1", "2", "3"] }),
    });
    if (status !== 202) throw new Error(`the change of the service is refused: ${status}`);
  });
  await eventually(async () => {
    await runTimer(on, "checkAddresses");
    const { addresses } = (await (await known.call("/api/addresses?drifted=true")).json()) as {
      addresses: unknown[];
    };
    if (addresses.length === 0) throw new Error("the addresses have not drifted yet");
  });
  const of = new URLSearchParams({ connection: held }).toString();
  const { decisions } = (await (await known.call(`/api/decisions?${of}`)).json()) as {
    decisions: { id: string }[];
  };
  return { held, decision: decisions[0]?.id ?? "" };
}
