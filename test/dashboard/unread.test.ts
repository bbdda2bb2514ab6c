import { describe, expect, it } from "vitest";
import { connectionId, healthIn, heldConnection } from "./answers.ts";
import { visit } from "./browser.ts";
import { hasBrowser, Refused, usePages } from "./page.ts";

const held = heldConnection("pe-partner");
const operator = { caller: "ana@contoso.example", changeRefused: null, decideRefused: null };
const failed = new Refused(503, "the storage does not answer");

describe.skipIf(!hasBrowser)("what could not be read is not shown as none", () => {
  const pages = usePages();

  it("among the counts, the sinks and the results of a search", async () => {
    const watched = await pages.open({ addresses: failed, alerts: failed, decisions: failed });
    const { page } = watched;
    await page.getByText("The addresses cannot be shown").waitFor();
    await expect.poll(() => page.getByRole("link", { name: "Open drifts" }).innerText()).toContain("–");
    await visit(watched, "#/alerts");
    await page.getByText("The alerts cannot be shown").waitFor();
    await expect.poll(() => page.getByRole("heading", { name: "Sinks" }).count()).toBe(0);
    await visit(watched, "#/search?q=anything");
    await page.getByText("could not be read: addresses, decisions, alerts").waitFor();
    await expect.poll(() => page.getByText("Nothing found").count()).toBe(0);
  });

  it("in a dry run of everything, whose numbers are those of all that was reviewed", async () => {
    const { connection, service } = held;
    const answers = {
      access: operator,
      "health/details": healthIn("enforce"),
      reevaluate: { id: "r-1", status: "running" },
      "reevaluations/r-1": {
        id: "r-1",
        status: "ended",
        scope: "all",
        dryRun: true,
        states: ["Pending"],
        actor: "ana",
        startedAt: held.firstSeenAt,
        services: 2,
        unread: [service.replace("apim-orders", "apim-dark")],
        counts: { hold: 700, none: 1 },
        applied: 0,
        results: [
          { connection: connectionId("pe-dark"), applied: false, reason: "it could not be read (failed)" },
          { connection, applied: false, state: "Pending", verdict: "hold", reasons: ["it is held"] },
        ],
      },
    };
    const { page } = await pages.open(answers);
    await page.getByRole("button", { name: /^Re-evaluate every/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Nothing would change as far as it could be told.").waitFor();
    const text = await dialog.innerText();
    expect(text).toContain("1 connection could not be evaluated");
    expect(text).toContain("it could not be read (failed)");
    expect(text).toMatch(/1 service could not be read[^]*apim-dark/);
    await expect
      .poll(() => dialog.getByRole("button", { name: "Review 701 connections now" }).isEnabled())
      .toBe(true);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect
      .poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')"))
      .toMatch(/^Re-evaluate every/);
  });
});

describe.skipIf(!hasBrowser)("the search of everything", () => {
  const pages = usePages();

  it("takes a word that is typed on any view, letter by letter", async () => {
    const { page } = await pages.open({});
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByLabel("Search everything").click();
    await page.keyboard.type("partner", { delay: 50 });
    await page.getByRole("heading", { name: "Search: partner" }).waitFor();
    expect(page.url()).toContain("q=partner");
  });

  it("shows characters that would reorder the heading as their code", async () => {
    const { page } = await pages.open({}, `#/search?q=${encodeURIComponent("a\u202efdp")}`);
    await expect.poll(() => page.getByRole("heading", { level: 1 }).innerText()).toBe("Search: a\\u202efdp");
    await expect.poll(() => page.title()).toBe("Search: a\\u202efdp · Drawbridge");
  });
});
