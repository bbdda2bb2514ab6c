import { describe, expect, it } from "vitest";
import { hostileTexts } from "../hostile-texts.ts";
import { connectionId, hostileHeld } from "./answers.ts";
import { hasBrowser, usePages } from "./page.ts";

describe.skipIf(!hasBrowser)("what strangers wrote", () => {
  const pages = usePages();

  it("is shown as text: 200 hostile names, messages and reasons", async () => {
    const texts = hostileTexts.slice(0, 200);
    const held = hostileHeld(connectionId("pe-held"), texts);
    const { page, complaints } = await pages.open({ held }, "#/held");
    const cards = page.locator("main .cards > li");
    for (let steps = 50; steps < texts.length; steps += 50) {
      await expect.poll(() => cards.count()).toBe(steps);
      await page.getByRole("button", { name: "Show the next 50" }).click();
    }
    await expect.poll(() => cards.count()).toBe(texts.length);
    const foreign =
      "script, img, iframe, style, textarea, object, [onload], [onerror], a[href^='javascript']";
    expect(await page.locator("main").locator(foreign).count()).toBe(0);
    const shown = await cards.allInnerTexts();
    expect(shown[0]).toContain(texts[0]);
    expect(shown[0]).toContain("Requester's message");
    expect(shown.filter((text) => /[\p{Cf}\p{Co}]|[^\P{Cc}\n\t]/u.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
