import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStack, type Stack } from "../../local/stack.ts";
import { hostileTexts } from "../hostile-texts.ts";
import { serviceNamed, waitForPhase } from "../scenarios/inspect.ts";
import { ask, partner, runTimer } from "../scenarios/requests.ts";
import { withForeignTexts } from "./foreign-texts.ts";
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
import { hasBrowser } from "./page.ts";

/** Views that need no id. */
const places = ["", "held", "connections", "services", "decisions", "addresses", "alerts", "search?q=apim"];
/** Elements that the page itself has none of. */
const markup = "script, img, iframe, style, object, b, h6, [onload], [onerror], a:not([href^='#'])";
/** Characters that steer or hide. */
const active = /[\p{Cf}\p{Co}]|[^\P{Cc}\n\t]/u;

/** Texts of requesters on the page, in a real browser: text, and nothing else. */
describe.skipIf(!hasBrowser)("the dashboard", () => {
  const yearly = "0 0 0 1 1 *";
  let stack: Stack;
  let browser: Browser;
  let watched: Watched;
  let held = "";

  beforeAll(async () => {
    const settings = { DRAWBRIDGE_SWEEP_SCHEDULE: yearly, DRAWBRIDGE_ADDRESS_SCHEDULE: yearly };
    [stack, browser] = await Promise.all([startStack({ settings }), startBrowser(findBrowser() ?? "")]);
    await runTimer(stack, "sweepConnections");
    const approved = await ask(stack, "pe-approved");
    held = await ask(stack, "pe-held", partner);
    await runTimer(stack, "checkAddresses");
    await Promise.all([waitForPhase(stack, approved, "Applied"), waitForPhase(stack, held, "Held")]);
    const context = await browser.newContext({ viewport: widths.wide });
    context.setDefaultTimeout(60_000);
    watched = await openPage(context, `${stack.app.url}/api/dashboard`);
    await signInWith(watched, stack.functionKey);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  it("shows hostile texts as text in every view, wherever they stand in the answers", async () => {
    const { page } = watched;
    // The same each time that the page reads again, so that nothing that was shown wrongly is replaced before it is
    // seen.
    const texts = new Map<string, string>();
    const textAt = (place: string) => {
      // Each text has three forms, and those of a kind stand together. The override at the end of each shows where a
      // text is displayed as it is, whatever else it says.
      const text = texts.get(place) ?? `${hostileTexts[(15 * texts.size) % hostileTexts.length]}\u202e`;
      texts.set(place, text);
      return text;
    };
    await page.route("**/api/**", async (route) => {
      // Whole answers, not that nothing has changed.
      const { "if-none-match": _, ...headers } = route.request().headers();
      const answer = await route.fetch({ headers });
      const text = await answer.text();
      await route.fulfill(
        answer.headers()["content-type"]?.startsWith("application/json") === true && answer.status() === 200
          ? {
              response: answer,
              json: withForeignTexts(JSON.parse(text), answer.url(), textAt),
            }
          : { response: answer, body: text },
      );
    });
    const decision = (await (await stack.call("/api/decisions?top=1")).json()) as {
      readonly decisions: readonly { readonly id: string }[];
    };
    const payments = serviceNamed(stack, "apim-payments").id;
    const of = [`connection/${held}`, `decision/${decision.decisions[0]?.id}`, `address/${payments}`];
    for (const place of [...places, ...of]) {
      await visit(watched, `#/${place}`);
      await readAgain(watched);
      await page.locator(".loading").first().waitFor({ state: "detached" });
      await expect.poll(() => page.locator("main").locator(markup).count(), { message: place }).toBe(0);
      await expect
        .poll(async () => active.test(await page.locator("main").innerText()), { message: place })
        .toBe(false);
      expect(await page.getByText("It failed because of an error in the page").count(), place).toBe(0);
      expect(watched.complaints, place).toEqual([]);
    }
    expect(texts.size).toBeGreaterThan(150);
    await page.unrouteAll({ behavior: "wait" });
    await readAgain(watched);
  });
});
