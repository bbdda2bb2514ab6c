import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/**
 * A real Chromium of this machine. The shell without windows takes less than half the processor time of the whole
 * browser, whose windows it draws even where nobody sees them.
 */
const programs = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

export function findBrowser(): string | undefined {
  return programs.find((path) => path !== "" && existsSync(path));
}

export function startBrowser(executablePath: string): Promise<Browser> {
  // Without a sandbox: a container's root may not make one, and the page is our own.
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

let shared: Promise<Browser> | undefined;

/**
 * One browser for all files that a worker runs, because starting it takes a second of a processor. It ends with the
 * worker. One that did not start, or that crashed, is replaced for the next file.
 */
export async function sharedBrowser(): Promise<Browser> {
  const found = await shared?.catch(() => undefined);
  if (found?.isConnected() === true) return found;
  shared = startBrowser(findBrowser() ?? "");
  return shared;
}

export const widths = { narrow: { width: 360, height: 740 }, wide: { width: 1440, height: 900 } } as const;
export const themes = ["light", "dark"] as const;

/** What a page did that it must not do: dialogs, errors, and requests to anywhere but its own origin. */
export interface Watched {
  readonly page: Page;
  readonly complaints: readonly string[];
}

export async function openPage(context: BrowserContext, url: string): Promise<Watched> {
  const page = await context.newPage();
  const complaints: string[] = [];
  const origin = new URL(url).origin;
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // Chromium reports the failed requests of a lost network itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("data:") && new URL(request.url()).origin !== origin)
      complaints.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

export async function signInWith({ page }: Watched, key: string): Promise<void> {
  await page.getByLabel("Function key").fill(key);
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("navigation", { name: "Views" }).waitFor();
}

export async function visit({ page }: Watched, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  await page.locator("main h1").first().waitFor();
}

/** Makes the page read everything that it shows again, as when the network comes back. */
export async function readAgain({ page }: Watched): Promise<void> {
  await page.evaluate("dispatchEvent(new Event('online'))");
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * The violations that axe finds on a page, each with the elements. A theme changes colours alone, so that `"colours"`
 * suffices for the second one.
 */
export async function violationsOn(page: Page, of: "everything" | "colours"): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe);
  const rules =
    of === "colours" ? "runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }," : "";
  const { violations } = await page.evaluate<{
    violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
  }>(`axe.run(document, { ${rules} resultTypes: ['violations'] })`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary = "" }) => `${id}: ${html.slice(0, 200)}: ${failureSummary.slice(0, 300)}`,
    ),
  );
}
