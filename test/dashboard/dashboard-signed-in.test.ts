import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStack, type Stack } from "../../local/stack.ts";
import { dayMs } from "../../src/lib/clock.ts";
import { eventually, serviceNamed, waitForPhase } from "../scenarios/inspect.ts";
import { ask, partner, runTimer } from "../scenarios/requests.ts";
import { longOverview } from "./answers.ts";
import {
  findBrowser,
  openPage,
  readAgain,
  signInWith,
  startBrowser,
  visit,
  widths,
  type Watched,
} from "./browser.ts";
import { entraSettings, signedIn } from "./entra.ts";

/** The page in a real browser, on a real host, behind App Service authentication with Entra ID. */
const program = findBrowser();
if (program === undefined) {
  if (process.env.DRAWBRIDGE_TEST_BROWSER === "required")
    throw new Error("the tests of the dashboard cannot run: no Chromium is installed (CHROMIUM names one)");
  console.warn("the tests of the dashboard are skipped: no Chromium is installed (CHROMIUM names one)");
}

const yearly = "0 0 0 1 1 *";

const operator = signedIn("Drawbridge.Operator");

describe.skipIf(program === undefined)("the dashboard", () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let watched: Watched;
  let held = "";
  const url = () => `${stack.app.url}/api/dashboard`;

  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({
        settings: {
          DRAWBRIDGE_SWEEP_SCHEDULE: yearly,
          DRAWBRIDGE_ADDRESS_SCHEDULE: yearly,
          ...entraSettings,
        },
      }),
      startBrowser(program ?? ""),
    ]);
    await runTimer(stack, "sweepConnections");
    const approved = await ask(stack, "pe-approved");
    held = await ask(stack, "pe-held", partner);
    await runTimer(stack, "checkAddresses");
    await Promise.all([waitForPhase(known(), approved, "Applied"), waitForPhase(known(), held, "Held")]);
    context = await browser.newContext({ viewport: widths.wide, extraHTTPHeaders: operator });
    context.setDefaultTimeout(60_000);
    watched = await openPage(context, url());
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  const known = () => ({ call: (path: string) => stack.call(path, { headers: operator }) });
  const signIn = (on: Watched) => signInWith(on, stack.functionKey);

  it("asks for the key, refuses a wrong one, and keeps the right one in memory only", async () => {
    const { page } = watched;
    await page.getByLabel("Function key").fill("wrong");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("alert").waitFor();
    await signIn(watched);
    const kept = await page.evaluate(
      "[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join()",
    );
    expect(kept).not.toContain(stack.functionKey);
    await page.getByText("ana@contoso.example").waitFor();
  });

  it("shows the health, the counts and what needs a person", async () => {
    const { page } = watched;
    const main = page.getByRole("main");
    await main.getByText("applies every verdict").waitFor();
    await main.getByRole("link", { name: "pe-held" }).first().waitFor();
    await expect.poll(() => main.getByRole("link", { name: "1 Need a person" }).count()).toBe(1);
  });

  it("explains a held connection, and names the facts that would settle it", async () => {
    const { page } = watched;
    await visit(watched, "#/held");
    await page.getByRole("button", { name: "Why is pe-held held?" }).click();
    await page.getByRole("heading", { name: "Facts needed to decide it" }).waitFor();
    const tree = page.getByRole("list", { name: "Rules that the verdict rests on" });
    await tree.waitFor();
    await expect.poll(() => tree.getByRole("img", { name: "unknown" }).count()).toBeGreaterThan(0);
  });

  it("opens a shared link of a connection after the key is given", async () => {
    const shared = await openPage(context, `${url()}#/connection/${held}`);
    await signIn(shared);
    await shared.page.getByRole("heading", { name: "pe-held", level: 1 }).waitFor();
    await shared.page.getByText("Where it stands").waitFor();
    expect(shared.complaints).toEqual([]);
    await shared.page.close();
  });

  it("shows what a re-evaluation would change before it is confirmed", async () => {
    const { page } = watched;
    await visit(watched, "#/held");
    await page.getByRole("button", { name: "Re-evaluate pe-held" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Nothing would change.").waitFor();
    await dialog.getByRole("button", { name: "Review 1 connection now" }).click();
    await dialog.getByText("The review is done.").waitFor();
    await expect.poll(() => dialog.getByRole("link", { name: "pe-held" }).count()).toBe(1);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  it("acknowledges drifted addresses, with a reason", async () => {
    const { page } = watched;
    const moved = serviceNamed(stack, "apim-payments");
    const patched = await fetch(`${stack.simulator.url}${moved.id}?api-version=2024-05-01`, {
      method: "PATCH",
      headers: { authorization: "Bearer owner" },
      body: JSON.stringify({ zones: ["1", "2", "3"] }),
    });
    expect(patched.status).toBe(202);
    await eventually(async () => {
      await runTimer(stack, "checkAddresses");
      await visit(watched, "#/addresses");
      await readAgain(watched);
      await page.getByText("Drift of public addresses").waitFor({ timeout: 5_000 });
    });
    await page.getByRole("button", { name: "Acknowledge the public addresses of apim-payments" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why they are right").fill("Spread over zones, CHG-7");
    await dialog.getByText("Recorded as ana@contoso.example.").waitFor();
    await dialog.getByRole("button", { name: "Acknowledge 1 address" }).click();
    await dialog.getByText("the drift is closed").waitFor();
    await dialog.getByText("Close", { exact: true }).click();
    await visit(watched, `#/address/${moved.id}`);
    await page.getByText("Spread over zones, CHG-7").first().waitFor();
  });

  it("keeps what it shows and says so when the app does not answer, and recovers", async () => {
    const { page } = watched;
    await visit(watched, "#/");
    await page.getByText("applies every verdict").waitFor();
    await context.setOffline(true);
    await readAgain(watched);
    await page.getByText("The app does not answer.").waitFor();
    await expect.poll(() => page.getByText("applies every verdict").count()).toBe(1);
    // Still offline: once the browser is online, the page asks by itself, and the button leaves before it could be
    // pressed.
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("The app does not answer.").waitFor();
    await context.setOffline(false);
    await page.getByText("The app does not answer.").waitFor({ state: "detached" });
  });

  it("keeps its place in a long list while it reads again, with the rows in sight alone", async () => {
    const { page } = watched;
    let first = "pe-0";
    await page.route("**/api/overview", (route) => route.fulfill({ json: longOverview(held, first) }));
    await visit(watched, "#/connections");
    await readAgain(watched);
    await page.getByText("500 connections").waitFor();
    const table = page.getByRole("table", { name: "Connections" });
    await table.getByRole("link", { name: "pe-0", exact: true }).focus();
    await page.evaluate("document.querySelector('[role=table]').scrollTop = 200 * 52");
    await table.getByRole("link", { name: "pe-200", exact: true }).waitFor();
    // Another row took over the element that had the focus.
    await expect.poll(() => page.evaluate("document.activeElement.getAttribute('role')")).toBe("table");
    await expect.poll(() => table.getByRole("row").count()).toBeLessThan(60);
    first = "pe-renewed";
    const renewed = page.waitForResponse("**/api/overview");
    await readAgain(watched);
    await renewed;
    await expect.poll(() => page.evaluate("document.querySelector('[role=table]').scrollTop")).toBe(200 * 52);
    await expect.poll(() => table.getByRole("link", { name: "pe-200", exact: true }).count()).toBe(1);
    await page.evaluate("document.querySelector('[role=table]').scrollTop = 0");
    await table.getByRole("link", { name: "pe-renewed" }).waitFor();
    await page.unroute("**/api/overview");
    await readAgain(watched);
    await page.getByText("2 connections", { exact: false }).waitFor();
  });

  it("lets an operator decide on what is held, and says what that will do", async () => {
    const { page } = watched;
    await visit(watched, `#/connection/${held}`);
    await page.getByRole("button", { name: "Approve pe-held" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("is set to Approved on Azure").waitFor();
    await dialog
      .getByLabel("Reason, which the requester reads on Azure")
      .fill("Agreed with the partner, CHG-8");
    const lastDay = new Date(Date.now() + 40 * dayMs).toISOString().slice(0, 10);
    await dialog.getByLabel("Last day of the approval").fill(lastDay);
    await dialog.getByRole("button", { name: "Set it to Approved" }).click();
    await dialog.getByText("Approved by").waitFor();
    await expect.poll(() => dialog.innerText()).toContain("ana@contoso.example");
    await page.keyboard.press("Escape");
    await waitForPhase(known(), held, "Applied");
    await readAgain(watched);
    await page.getByText("Approval ends").waitFor();
    await page.getByText("then it is re-evaluated").waitFor();
    await visit(watched, "#/connections?end=term");
    await page.getByText("1 connection of 2").waitFor();
  });

  it("shows the actions only to those who may", async () => {
    const reader = await browser.newContext({
      viewport: widths.wide,
      extraHTTPHeaders: signedIn("Drawbridge.Reader"),
    });
    const reading = await openPage(reader, `${url()}#/connection/${held}`);
    await signIn(reading);
    await reading.page.getByText("Where it stands").waitFor();
    await reading.page.getByRole("banner").getByText("ana@contoso.example").waitFor();
    expect(
      await reading.page.getByRole("button", { name: /Re-evaluate|Approve|Reject|Acknowledge/ }).count(),
    ).toBe(0);
    await reader.close();
  });

  it("asks no other origin, and breaks no rule of its own content security policy", () => {
    expect(watched.complaints).toEqual([]);
  });
});
