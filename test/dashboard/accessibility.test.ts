import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readAgain, violationsOn, visit, widths, type Watched } from "./browser.ts";
import { entry, full, held } from "./full-answers.ts";
import { hasBrowser, Refused, usePages } from "./page.ts";

/**
 * Violations that axe finds in what is shown now, and in the colours of the other theme; and whether it is wider than
 * the page.
 */
async function violations(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: "light" });
  const inLight = await violationsOn(page, "everything");
  await page.emulateMedia({ colorScheme: "dark" });
  const inDark = await violationsOn(page, "colours");
  const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  return [
    ...inLight,
    ...inDark.map((each) => `dark: ${each}`),
    ...(overflow > 0 ? ["wider than the page"] : []),
  ];
}

/** A step leads to what a reader has in front of them next, and ends when that is shown. */
type Step = (watched: Watched) => Promise<unknown>;

const view =
  (place: string, text: string): Step =>
  async (watched) => {
    await visit(watched, `#/${place}`);
    await watched.page.getByRole("main").getByText(text).first().waitFor();
  };

const click =
  (text: string, shows: string): Step =>
  async ({ page }) => {
    await page.getByText(text, { exact: true }).first().click();
    await page.getByText(shows).first().waitFor();
  };

const dialog =
  (button: RegExp, text: string): Step =>
  async ({ page }) => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: button }).first().click();
    await page.getByRole("dialog").getByText(text).first().waitFor();
  };

const confirm =
  (button: RegExp, text: string): Step =>
  async ({ page }) => {
    const open = page.getByRole("dialog");
    for (const field of await open.locator("textarea").all()) await field.fill("agreed, CHG-8");
    await open.getByRole("button", { name: button }).click();
    await open.getByText(text).first().waitFor();
  };

const { service, connection } = held;

/** Everything that a reader can open of an app that has something of everything. */
const shown: Readonly<Record<string, Step>> = {
  "the overview": view("", "the sweep is overdue"),
  "what is held": view("held", "For the spring campaign"),
  "an explanation": click("Why?", "Facts needed to decide it"),
  "what waits for the mode": view("held?wait=mode", "pe-mode"),
  connections: view("connections", "pe-ends"),
  "what the words mean": click("What the words mean", "found, and not reviewed yet"),
  "a connection": view(`connection/${connection}`, "Facts of the last decision"),
  approving: dialog(/^Approve pe/, "is set to Approved on Azure"),
  "what became of a decision": confirm(/^Set it to/, "It waits"),
  rejecting: dialog(/^Reject pe/, "Azure does not take a rejection back"),
  "re-evaluating": dialog(/^Re-evaluate pe/, "could not be evaluated"),
  "what a re-evaluation did": confirm(/^Review/, "The review is done."),
  services: view("services", "apim-orders"),
  decisions: view("decisions", "landing zones"),
  "a decision": view(`decision/${entry.id}`, "Hash in the chain"),
  addresses: view("addresses", "availability zones changed"),
  "unlikely causes": click("1 unlikely cause", "the service was re-created"),
  acknowledging: dialog(/^Acknowledge/, "the baseline"),
  "an address": view(`address/${service}`, "Spread over zones"),
  alerts: view("alerts", "never accepted"),
  "an alert": click("AddressDrifted", "Open the addresses of the resource"),
  "a page of one alert": view("alert/alert-1", "The alert"),
  "a search": view("search?q=partner", "pe-partner"),
  "old data": async (watched) => {
    const { page } = watched;
    await page.route("**/api/**", (route) => route.abort());
    await readAgain(watched);
    await page.getByText("The app does not answer.").waitFor();
  },
};

/** An app to which nothing has happened. */
const empty: Readonly<Record<string, Step>> = {
  "an empty overview": view("", "No decisions yet"),
  "nothing held": view("held", "Nothing waits for a person"),
  "nothing that waits": view("held?wait=mode", "Nothing waits for the mode"),
  "no connections": view("connections", "No connections yet"),
  "no services": view("services", "No services yet"),
  "no addresses": view("addresses", "No addresses observed yet"),
  "no alerts": view("alerts", "No alerts"),
  "nothing found": view("search?q=nothing", "Nothing found"),
  "no such view": view("nonsense", "Nothing is here"),
  "an unknown name": view("connection/apim-orders/pe-unknown", "No known connection has this name"),
  "the sign-in": async ({ page }) => {
    await page.reload();
    await page.getByLabel("Function key").waitFor();
  },
};

const failed = new Refused(503, "the storage does not answer");
const failing = {
  access: full.access,
  "health/details": failed,
  overview: failed,
  held: failed,
  connections: failed,
  decisions: failed,
  "decisions/abc": new Refused(404, "there is no such decision"),
  addresses: failed,
  alerts: failed,
} as Record<string, unknown>;

/** An app that cannot read its storage, and then does not accept the key any more. */
const unreadable: Readonly<Record<string, Step>> = {
  "an overview that cannot be read": view("", "The addresses cannot be shown"),
  "a list that cannot be read": view("held", "The held connections cannot be shown"),
  "a decision that does not exist": view("decision/abc", "there is no such decision"),
  "a search of what cannot be read": view("search?q=partner", "could not be read"),
  "a refused key": async ({ page }) => {
    failing.access = new Refused(401, "the key is missing or wrong");
    await page.reload();
    await page.getByLabel("Function key").fill("wrong");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("alert").waitFor();
  },
};

describe.skipIf(!hasBrowser)("the dashboard", () => {
  const pages = usePages();

  it.each(
    Object.entries({ full, empty: {}, failing }).flatMap(([app, answers]) =>
      Object.entries(widths).map(([width, viewport]) => ({ app, answers, width, viewport })),
    ),
  )("has no violation of accessibility that axe knows: $app, $width", async ({ app, answers, viewport }) => {
    failing.access = full.access;
    const watched = await pages.open(answers, "", { viewport });
    const steps = { full: shown, empty, failing: unreadable }[app] ?? {};
    for (const [name, step] of Object.entries(steps)) {
      await step(watched);
      expect(await violations(watched.page), name).toEqual([]);
    }
    expect(watched.complaints).toEqual([]);
  });
});
