import { describe, expect, it } from "vitest";
import { heldConnection } from "./answers.ts";
import { widths } from "./browser.ts";
import { hasBrowser, usePages } from "./page.ts";

const caller = "somebody.with.a.long.name@contoso.example";
const answers = {
  access: { caller, changeRefused: null, decideRefused: null },
  held: {
    held: [heldConnection("pe-partner")],
    waitingForWindow: 0,
    waitingForMode: 0,
    waitingForBreaker: 0,
  },
};

describe.skipIf(!hasBrowser)("a narrow page", () => {
  const pages = usePages();

  it("says who is signed in, and shows a long name whole by pointing at it", async () => {
    const { page } = await pages.open(answers, "#/held", { viewport: widths.narrow });
    const name = page.getByRole("banner").getByTitle(caller);
    await name.waitFor();
    const [beside, shown] = [
      await page.getByLabel("Search everything").boundingBox(),
      await name.boundingBox(),
    ];
    if (beside === null || shown === null) throw new Error("the header is not shown");
    expect(shown.width).toBeGreaterThan(60);
    expect(shown.x + shown.width).toBeLessThanOrEqual(widths.narrow.width);
    // The name and the button stand beside the search, and take no row of their own.
    expect(shown.y).toBeLessThan(beside.y + beside.height);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(widths.narrow.width);
  });

  it("has the buttons that decide a held connection in one row", async () => {
    const { page } = await pages.open(answers, "#/held", { viewport: widths.narrow });
    const tops = [];
    for (const verb of ["Re-evaluate", "Approve", "Reject"]) {
      const button = page.getByRole("button", { name: `${verb} pe-partner` });
      await button.waitFor();
      tops.push((await button.boundingBox())?.y);
    }
    expect(new Set(tops).size).toBe(1);
  });
});
