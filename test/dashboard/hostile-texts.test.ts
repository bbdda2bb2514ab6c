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
    await expect.poll(() => page.locator("main .cards > li").count()).toBe(texts.length);
    const foreign =
      "script, img, iframe, style, textarea, object, [onload], [onerror], a[href^='javascript']";
    expect(await page.locator("main").locator(foreign).count()).toBe(0);
    const shown = await page.locator("main .cards > li").allInnerTexts();
    expect(shown[0]).toContain(texts[0]);
    expect(shown[0]).toContain("Requester's message");
    expect(shown.filter((text) => /[\p{Cf}\p{Co}]|[^\P{Cc}\n\t]/u.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
