import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { visit, widths, type Watched } from "./browser.ts";
import { hasBrowser, usePages } from "./page.ts";

const at = "2026-11-27T00:00:00Z";
const requester = "44444444-0000-4000-8000-000000000004";
const serviceOf = (name: string) =>
  `/subscriptions/s/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/${name}`;
const connectionOf = (service: string, name: string) =>
  `${serviceOf(service)}/privateEndpointConnections/${name}`;

type Summary = Answer<"Overview">["services"][number]["connections"][number];

/** Two services with connections of the same name. */
function overview(...connections: readonly Partial<Summary>[]): Answer<"Overview"> {
  const all = connections.map((each) => ({
    name: "pe-same",
    phase: "Held" as const,
    at,
    requester,
    ...each,
  }));
  return {
    services: ["apim-orders", "apim-payments"].map((name) => ({
      service: serviceOf(name),
      connections: all,
    })),
  };
}

function heldOf(service: string, name: string, reason: string): Answer<"Connection"> {
  return {
    connection: connectionOf(service, name),
    service: serviceOf(service),
    endpointId: `/subscriptions/${requester}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`,
    phase: "Held",
    reason,
    firstSeenAt: at,
    attempts: 0,
  };
}

const held = (...all: readonly Answer<"Connection">[]): Answer<"Held"> => ({
  held: all,
  waitingForMode: 0,
  waitingForWindow: 0,
  waitingForBreaker: 0,
});

function entryOf(id: string, service: string, more: Partial<Answer<"Entry">>): Answer<"Entry"> {
  const connection = connectionOf(service, "pe-same");
  return { id, sequence: 1, at, previous: "", hash: "0", kind: "decision", connection, ...more };
}

const verdict = { kind: "approve", reasons: ["rule approves it"], unknown: [], alerts: [] } as const;
const lines = ({ page }: Watched) => page.locator("main .lines > li");

describe.skipIf(!hasBrowser)("the list of what needs a person", () => {
  const pages = usePages();
  const oldest = "held?top=1000&order=oldest";

  it("asks for the oldest first, and shows all of them in steps", async () => {
    const all = Array.from({ length: 70 }, (_, index) => heldOf("apim-orders", `pe-${index}`, "no rule"));
    const { page } = await pages.open({ [oldest]: held(...all) }, "#/held");
    await page.getByText("70 connections, the longest waiting first").waitFor();
    await expect.poll(() => page.locator(".cards > li").count()).toBe(50);
    await page.getByRole("button", { name: "Show the next 20 of 70" }).click();
    await page.getByRole("link", { name: "pe-69", exact: true }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Show the next" }).count()).toBe(0);
  });

  it("is filtered by service and by reason, and the link keeps the filter", async () => {
    const all = [
      heldOf("apim-orders", "pe-1", "the subnet is unknown"),
      heldOf("apim-payments", "pe-2", "the subnet is unknown"),
      heldOf("apim-payments", "pe-3", "no rule applies"),
    ];
    const { page } = await pages.open({ [oldest]: held(...all) }, "#/held");
    await page.getByLabel("Service").selectOption({ label: "apim-payments (2)" });
    await page.getByText("2 connections").waitFor();
    await page.getByLabel("Filter").fill("subnet");
    await page.getByText("1 connection,").waitFor();
    await expect.poll(() => page.locator(".cards > li").innerText()).toContain("pe-2");
    expect(page.url()).toMatch(/service=.*apim-payments&q=subnet/);
  });
});

describe.skipIf(!hasBrowser)("lists of connections", () => {
  const pages = usePages();

  it("tell connections of the same name apart", async () => {
    const both = ["apim-orders", "apim-payments"];
    const answers = {
      overview: overview({ waitsFor: "mode", verdict: "approve", endsAt: at }),
      held: held(...both.map((each) => heldOf(each, "pe-same", "no rule applies"))),
      decisions: { decisions: both.map((each) => entryOf(each, each, { verdict })) },
    };
    const watched = await pages.open(answers);
    for (const place of ["#/", "#/held?wait=mode", "#/decisions", "#/search?q=pe-same"]) {
      await visit(watched, place);
      await lines(watched).nth(1).waitFor();
      const texts = (await lines(watched).allInnerTexts()).filter((text) => text.includes("pe-same"));
      expect(texts.length, place).toBeGreaterThanOrEqual(2);
      for (const text of texts) expect(text, place).toMatch(/of apim-(orders|payments)/);
    }
  });

  it("name where the requests come from", async () => {
    const subject = connectionOf("apim-orders", "pe-same");
    const raised = {
      id: "a",
      type: "Drawbridge.ConnectionHeld",
      subject,
      time: at,
      severity: "info",
    } as const;
    const answers = {
      overview: overview({ waitsFor: "mode", endsAt: at }),
      held: held(heldOf("apim-orders", "pe-same", "no rule applies")),
      decisions: { decisions: [entryOf("one", "apim-orders", { kind: "outcome", phase: "Applied" })] },
      alerts: { alerts: [{ ...raised, data: {}, sinks: ["log"] }] } satisfies Answer<"Alerts">,
    };
    const watched = await pages.open(answers);
    // On the overview in what needs a person, in the approvals that end, and in the decisions; a search finds five
    // things.
    for (const [place, count] of [
      ["#/", 4],
      ["#/held?wait=mode", 2],
      ["#/decisions", 1],
      ["#/alerts", 1],
      ["#/search?q=pe-same", 4],
    ] as const) {
      await visit(watched, place);
      const line = lines(watched).filter({ hasText: `from ${requester}` });
      await expect.poll(() => line.count(), { message: place }).toBe(count);
    }
  });

  it("show as many as the tile counts that leads to them, whatever the connections are called", async () => {
    const answers = {
      overview: overview(
        { name: "Approved", state: "Pending" },
        { name: "pe-1", phase: "Applied", state: "Approved" },
        { name: "pe-gone", phase: "Gone", state: "Approved" },
      ),
    };
    const { page } = await pages.open(answers);
    await page.getByRole("link", { name: "2 Approved on Azure" }).click();
    await page.getByText("2 connections of 6").waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "4 Connections" }).click();
    await page.getByText("4 connections").waitFor();
    await page.getByLabel("Phase").selectOption("any");
    await page.getByText("6 connections").waitFor();
    await expect.poll(() => page.getByRole("link", { name: "pe-gone" }).count()).toBe(2);
  });

  it("tell a decision from what became of it, and a rejection from an approval", async () => {
    const entries = [
      entryOf("one", "apim-orders", { kind: "outcome", phase: "Applied", state: "Approved" }),
      entryOf("two", "apim-orders", { verdict }),
    ];
    const answers = {
      decisions: { decisions: entries },
      overview: overview({ phase: "Applied", state: "Rejected" }),
    };
    const watched = await pages.open(answers, "#/decisions");
    await lines(watched).filter({ hasText: "on Azure Approved" }).waitFor();
    await lines(watched).filter({ hasText: "decided approve" }).waitFor();
    await watched.page.getByText("What the words mean").click();
    await watched.page.getByText("somebody decided on Azure, and that stands").waitFor();
    await visit(watched, "#/connections");
    const phase = watched.page.getByRole("cell").getByText("Applied").first();
    await expect.poll(() => phase.getAttribute("class")).toContain("bad");
  });
});

describe.skipIf(!hasBrowser)("the search", () => {
  const pages = usePages();

  it("finds the message of a requester, and nothing for spaces", async () => {
    const message = "For the spring campaign";
    const answers = {
      overview: overview({}),
      decisions: { decisions: [entryOf("one", "apim-orders", { verdict, message })] },
    };
    const watched = await pages.open(answers, "#/search?q=campaign");
    await lines(watched).filter({ hasText: message }).waitFor();
    await expect.poll(() => lines(watched).count()).toBe(1);
    await visit(watched, "#/search?q=%20%20");
    await watched.page.getByText("Type what to search for").waitFor();
    await expect.poll(() => lines(watched).count()).toBe(0);
  });
});

describe.skipIf(!hasBrowser)("the page", () => {
  const pages = usePages();

  it("does not cut a reason on a narrow page before what matters", async () => {
    const reason =
      'no rule applies, and the default is hold; closest is rule "landing zones" (approve): endpoint.subnet.name like "snet-endpoints*" is false';
    const answers = { held: held(heldOf("apim-orders", "pe-same", reason)) };
    const { page } = await pages.open(answers, "", { viewport: widths.narrow });
    const text = page.locator("main .clamp").filter({ hasText: "closest is rule" });
    await text.waitFor();
    const hidden = await text.evaluate(
      (element: unknown) =>
        (element as { scrollHeight: number }).scrollHeight -
        (element as { clientHeight: number }).clientHeight,
    );
    expect(hidden).toBeLessThanOrEqual(1);
  });

  it("forgets the key when asked to", async () => {
    const { page } = await pages.open({});
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByLabel("Function key").waitFor();
    await expect.poll(() => page.getByRole("navigation", { name: "Views" }).count()).toBe(0);
  });
});
