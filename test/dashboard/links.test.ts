import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { heldConnection } from "./answers.ts";
import { visit } from "./browser.ts";
import { hasBrowser, usePages } from "./page.ts";

const { connection, firstSeenAt: time } = heldConnection("pe-partner");
const alert: Answer<"Alerts">["alerts"][number] = {
  id: "0123456789abcdef0123456789abcdef",
  type: "Drawbridge.ConnectionHeld",
  subject: connection,
  time,
  severity: "warning",
  data: { reason: "the subnet is unknown" },
  sinks: ["log"],
};
const place = `#/alert/${alert.id}?${new URLSearchParams({ time }).toString()}`;
/** The alert is found by the time when it was raised, however many are newer. */
const range = new URLSearchParams({ from: "2026-11-27T00:00:00.000Z", to: "2026-11-27T00:00:00.001Z" });
const path = `alerts?top=1000&${range.toString()}`;

describe.skipIf(!hasBrowser)("the link of an alert", () => {
  const pages = usePages();

  it("stands in the list and in the search", async () => {
    const watched = await pages.open({ alerts: { alerts: [alert] } }, "#/alerts");
    const { page } = watched;
    await page.getByText("ConnectionHeld", { exact: true }).click();
    await expect.poll(() => page.getByRole("link", { name: "This alert" }).getAttribute("href")).toBe(place);
    await visit(watched, "#/search?q=ConnectionHeld");
    const found = page.getByRole("link", { name: "ConnectionHeld pe-partner" });
    await expect.poll(() => found.getAttribute("href")).toBe(place);
  });

  it("shows the alert among those of its time, and says where there is none", async () => {
    const watched = await pages.open({ [path]: { alerts: [alert] } }, place);
    const { page } = watched;
    await page.getByRole("heading", { name: "ConnectionHeld about pe-partner", level: 1 }).waitFor();
    await page.getByText("the subnet is unknown").waitFor();
    await expect.poll(() => page.locator("nav [aria-current]").innerText()).toBe("Alerts");
    await visit(watched, "#/alert/unknown?time=nonsense");
    await page.getByText("This alert is not found").waitFor();
    expect(watched.complaints).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)("the link of an alert that is not among the first page of alerts", () => {
  const pages = usePages();

  it.each([
    ["the newest, without a time", "#/alert/other", "alerts?top=100"],
    ["those of its time", place.replace(alert.id, "other"), path],
  ])("says that there are others: %s", async (_, link, asked) => {
    const { page } = await pages.open({ [asked]: { alerts: [alert], continuation: "more" } }, link);
    await page.getByText("This alert is not among those that were searched").waitFor();
    await expect.poll(() => page.getByText("older than the alerts that are kept").count()).toBe(0);
  });
});

describe.skipIf(!hasBrowser)("the sign-in with Entra ID", () => {
  const pages = usePages({ hasSignIn: true });
  let elsewhere: Server;
  beforeAll(async () => {
    // Of another origin, as Microsoft's pages are: it sends the browser back to the bare address of the page.
    elsewhere = createServer((request, response) => {
      const back = new URL(request.url ?? "", "http://localhost").searchParams.get("back") ?? "";
      response.writeHead(302, { location: back }).end();
    });
    await new Promise<void>((listening) => {
      elsewhere.listen(0, "localhost", listening);
    });
  });
  afterAll(() => new Promise((closed) => elsewhere.close(closed)));

  it("is reached where the browser has no room to keep the place", async () => {
    const watched = await pages.open({}, "#/services");
    const { page, complaints } = watched;
    let asked = 0;
    await page.route(/\/\.auth\/login\/aad\?/, (route) => {
      asked++;
      return route.fulfill({ body: "Microsoft" });
    });
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByRole("link", { name: "sign in with Microsoft Entra ID" }).waitFor();
    await page.evaluate(
      "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    );
    await page.getByRole("link", { name: "sign in with Microsoft Entra ID" }).click();
    await expect.poll(() => asked).toBe(1);
    expect(complaints).toEqual([]);
  });

  it("leads back to the place that a link named, which no server was told", async () => {
    const watched = await pages.open({}, "#/services?q=orders");
    const { page } = watched;
    const { origin } = new URL(page.url());
    const asked: string[] = [];
    await page.route(/\/\.auth\/login\/aad\?/, (route) => {
      const url = new URL(route.request().url());
      asked.push(url.href);
      const back = `${origin}${url.searchParams.get("post_login_redirect_uri") ?? ""}`;
      const away = `http://localhost:${(elsewhere.address() as AddressInfo).port}/?${new URLSearchParams({ back }).toString()}`;
      return route.fulfill({ status: 302, headers: { location: away } });
    });
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByRole("link", { name: "sign in with Microsoft Entra ID" }).click();
    await expect.poll(() => asked).toHaveLength(1);
    await expect.poll(() => page.url()).toBe(`${origin}/api/dashboard#/services?q=orders`);
    expect(asked.join()).not.toContain("services");
    await page.getByLabel("Function key").fill("any");
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("heading", { name: "Services" }).waitFor();
    expect(await page.evaluate("JSON.stringify(sessionStorage)")).toBe("{}");
  });
});
