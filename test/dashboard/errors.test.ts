import { describe, expect, it } from "vitest";
import { connectionId, healthIn, heldConnection } from "./answers.ts";
import { hasBrowser, pass, Refused, usePages } from "./page.ts";
import { visit } from "./browser.ts";

const held = heldConnection("pe-partner");
const operator = { caller: "ana@contoso.example", changeRefused: null, decideRefused: null };
const overview = {
  services: [
    { service: held.service, connections: [{ name: "pe-partner", phase: "Held", at: held.firstSeenAt }] },
  ],
};

describe.skipIf(!hasBrowser)("what the dashboard cannot show", () => {
  const pages = usePages();

  it("is said once where the app refuses for good, without a promise to try again, and is not asked for again", async () => {
    const notFound = new Refused(404, "nothing is known of it");
    const answers = {
      access: operator,
      connections: notFound,
      decisions: notFound,
      "decisions/abc": notFound,
    };
    const watched = await pages.open(answers, `#/connection/${connectionId("pe-nothing")}`);
    const { page } = watched;
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("/api/connections?")) asked++;
    });
    await page.getByText("nothing is known of it").first().waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(1);
    asked = 0;
    await pass(watched, 2);
    expect(asked).toBe(0);
    await expect.poll(() => page.getByText("tries again").count()).toBe(0);
    await expect.poll(() => page.getByRole("button", { name: /^Re-evaluate/ }).count()).toBe(0);
    await visit(watched, "#/decision/abc");
    await page.getByText("nothing is known of it").waitFor();
    await expect.poll(() => page.title()).toBe("Decision · Drawbridge");
    await visit(watched, "#/nonsense");
    await expect.poll(() => page.title()).toBe("There is no such view · Drawbridge");
    await expect.poll(() => page.getByText("tries again").count()).toBe(0);
  });

  it("is tried again where the app failed", async () => {
    const answers = { held: new Refused(503, "the storage does not answer") as unknown };
    const { page } = await pages.open(answers, "#/held");
    await page.getByRole("alert").getByText("The page tries again by itself.").waitFor();
    answers.held = { held: [], waitingForWindow: 0, waitingForMode: 0, waitingForBreaker: 0 };
    await page.clock.runFor(20_000);
    await page.getByText("Nothing waits for a person").waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });

  it("is found by its name, or said to have none", async () => {
    const answers = { overview, connections: { connections: [held] }, decisions: { decisions: [] } };
    const watched = await pages.open(answers, "#/connection/apim-orders/PE-partner");
    const { page } = watched;
    await page.getByText("Where it stands").waitFor();
    await visit(watched, "#/connection/apim-orders/pe-unknown");
    await page.getByText("No known connection has this name").waitFor();
    await visit(watched, "#/connection/");
    await page.getByText("No known connection has this name").waitFor();
    await visit(watched, "#/address/foo");
    await page.getByText("No known service or public IP address has this name").waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it("is no reason to suspect that a dry run did something", async () => {
    const answers = {
      access: operator,
      "health/details": healthIn("enforce"),
      held: { held: [held], waitingForWindow: 0, waitingForMode: 0, waitingForBreaker: 0 },
    };
    const { page } = await pages.open(answers, "#/held");
    const button = page.getByRole("button", { name: "Re-evaluate pe-partner" });
    await button.waitFor();
    await page.context().setOffline(true);
    await button.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The app does not answer.").waitFor();
    expect(await dialog.innerText()).not.toMatch(/may have been done|tries again/);
  });

  it("begins at the key", async () => {
    const { page } = await pages.open({});
    await page.reload();
    await page.getByLabel("Function key").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.type")).toBe("password");
  });
});
