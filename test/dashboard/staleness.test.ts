import { describe, expect, it } from "vitest";
import { hasBrowser, pass, usePages } from "./page.ts";
import type { Watched } from "./browser.ts";

describe.skipIf(!hasBrowser)("the notice about old data", () => {
  const pages = usePages();
  const notice = ({ page }: Watched) =>
    page.getByRole("status").filter({ hasText: "What is shown was read" });

  it("does not come while the app answers, also between two readings of what changes seldom", async () => {
    const watched = await pages.open({});
    for (let minutes = 0; minutes < 6; minutes++) {
      await pass(watched, 1);
      expect(await notice(watched).count(), `after ${minutes + 1} minutes`).toBe(0);
    }
    expect(watched.complaints).toEqual([]);
  });

  it("does not come while the addresses, which cost the table most, are read every two minutes", async () => {
    const watched = await pages.open({});
    const asked = { addresses: 0, "health/details": 0 };
    watched.page.on("request", (request) => {
      for (const name of ["addresses", "health/details"] as const)
        if (new URL(request.url()).pathname === `/api/${name}`) asked[name]++;
    });
    for (let minutes = 0; minutes < 6; minutes++) await pass(watched, 1);
    expect(asked["health/details"]).toBeGreaterThan(12);
    expect(asked.addresses).toBeGreaterThanOrEqual(2);
    expect(asked.addresses).toBeLessThanOrEqual(4);
    await expect.poll(() => notice(watched).count()).toBe(0);
  });

  it("names the time of what could not be renewed, not that of what is read seldom", async () => {
    const watched = await pages.open({}, "#/connections");
    await pass(watched, 1);
    await watched.page.context().setOffline(true);
    await pass(watched, 0.5);
    await watched.page.getByText("The app does not answer.").waitFor();
    expect(await notice(watched).innerText()).not.toMatch(/minutes? ago/);
    await pass(watched, 2);
    await expect.poll(() => notice(watched).innerText()).toMatch(/2 minutes ago/);
    await watched.page.context().setOffline(false);
    await pass(watched, 0.5);
    await notice(watched).waitFor({ state: "detached" });
  });

  it("comes when a hanging app misses three readings", async () => {
    const watched = await pages.open({});
    await watched.page.getByText("Nothing waits for a person").waitFor();
    await watched.page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })");
    await watched.page.clock.runFor(120_000);
    await watched.page.getByText("The data is old.").waitFor();
    await expect.poll(() => notice(watched).innerText()).toMatch(/minutes? ago/);
  });
});
