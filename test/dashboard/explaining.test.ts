import { describe, expect, it } from "vitest";
import {
  decisionOf,
  endpointRight as right,
  healthIn,
  heldConnection,
  requesterSubscription,
} from "./answers.ts";
import { hasBrowser, usePages } from "./page.ts";
import { widths } from "./browser.ts";

const held = heldConnection("pe-partner");
const grant = `Assign Drawbridge Reader at a management group above /subscriptions/${requesterSubscription}: deploy infra/estate/main.bicep there.`;

const answersWith = (entry: ReturnType<typeof decisionOf>) => ({
  connections: { connections: [held] },
  decisions: { decisions: [entry] },
  held: { held: [held], waitingForWindow: 0, waitingForMode: 0, waitingForBreaker: 0 },
  [`decisions/${entry.id}`]: entry,
});

const unmet = {
  expression: "endpoint.subscriptionId",
  operator: "in",
  expressionValue: requesterSubscription,
  targetValue: ["22222222-2222-4222-8222-222222222222"],
  result: "false",
};

describe.skipIf(!hasBrowser)("explanations on the dashboard", () => {
  const pages = usePages();

  it("show what the closest rule lacks, where the default decided", async () => {
    const rule = { name: "corp landing zones", effect: "approve", result: "false", condition: unmet };
    const { page } = await pages.open(answersWith(decisionOf(held, { trace: [rule] })), "#/held");
    await page.getByRole("button", { name: "Why is pe-partner held?" }).click();
    const closest = page.getByRole("list", { name: "Rules that are closest to an approval" });
    await closest.waitFor();
    await expect.poll(() => closest.innerText()).toContain(`(is ${requesterSubscription})`);
    await expect.poll(() => closest.getByRole("img", { name: "false" }).count()).toBe(2);
    await expect
      .poll(() => page.getByRole("list", { name: "Rules that the verdict rests on" }).count())
      .toBe(0);
  });

  it("name the role and the scope that an unknown fact needs, wherever it stands, as the health does", async () => {
    const unknown = { "endpoint.subnet.id": "forbidden", "endpoint.location": "not-in-answer" };
    const entry = decisionOf(held, {
      facts: { known: { "endpoint.subscriptionId": requesterSubscription }, unknown },
      verdict: {
        kind: "hold",
        reasons: ["rule cannot be decided"],
        unknown: [
          { field: "endpoint.subnet.id", reason: "forbidden", right },
          { field: "int(connection.message) > 3", reason: "function-failed", because: '"4x" is no number' },
        ],
        alerts: [],
      },
    });
    const { page } = await pages.open(answersWith(entry), `#/connection/${held.connection}`, {
      viewport: widths.narrow,
    });
    await page.getByText("the app has no right to read it").first().waitFor();
    await expect.poll(() => page.getByText(grant).count()).toBe(2);
    await page.getByText("Azure's answer does not contain it").waitFor();
    await page.getByText('"4x" is no number').waitFor();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("say that the facts are those of the decision, and what changed on Azure since", async () => {
    const answers = {
      ...answersWith(decisionOf(held)),
      connections: { connections: [{ ...held, phase: "Overridden", state: "Rejected" }] },
    };
    const { page, complaints } = await pages.open(answers, `#/connection/${held.connection}`);
    await page.getByRole("heading", { name: "Facts of the last decision" }).waitFor();
    await page.getByText("Since then, the state on Azure became Rejected.").waitFor();
    expect(complaints).toEqual([]);
  });

  it.each([
    ["does not load", "The policy did not load, so that no rule was evaluated: it decided nothing"],
    ["could not be read", "The policy could not be read, so that no rule was evaluated: it decided nothing"],
  ])("say that nothing is decided where the policy %s", async (what, said) => {
    const reasons = [`the policy ${what}, so everything is held`];
    const verdict = { kind: "hold", reasons, unknown: [], alerts: [] } as const;
    const { page } = await pages.open(answersWith(decisionOf(held, { verdict })), "#/held");
    await page.getByRole("button", { name: "Why is pe-partner held?" }).click();
    await page.getByText(said).waitFor();
    await expect.poll(() => page.getByText("No rule is true").count()).toBe(0);
    await page.getByText(said).getByRole("link", { name: "overview" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("show what a person wrote on the connection that a revocation overwrites", async () => {
    const revokes = decisionOf(held, {
      action: "revoke",
      descriptionBefore: "agreed with Ana\u202e, CHG-12",
    });
    const { page } = await pages.open(answersWith(revokes), `#/decision/${revokes.id}`);
    const before = page.locator("dl > div").filter({ hasText: "Description on Azure before" });
    await expect.poll(() => before.locator("q").innerText()).toBe("agreed with Ana\\u202e, CHG-12");
    await expect.poll(() => page.getByText("Requester's message").count()).toBe(0);
  });

  it("name the service of a decision, its place in the chain and its outcome", async () => {
    const decided = decisionOf(held, { id: "abc-2", sequence: 2, previous: "f".repeat(64) });
    const outcome = decisionOf(held, {
      id: "abc-3",
      sequence: 3,
      kind: "outcome",
      decisionId: "abc-2",
      phase: "Held",
    });
    const answers = { ...answersWith(decided), decisions: { decisions: [outcome, decided] } };
    const { page } = await pages.open({ ...answers, "decisions/abc-3": outcome }, "#/decision/abc-2");
    await page.getByRole("heading", { name: "Decision about pe-partner of apim-orders" }).waitFor();
    const value = (name: string) =>
      page
        .locator("dl.properties > div")
        .filter({ has: page.getByText(name, { exact: true }) })
        .locator("dd")
        .innerText();
    await expect.poll(() => value("Entry")).toBe("abc-2");
    await expect.poll(() => value("Service")).toBe(held.service);
    await expect.poll(() => value("Hash of the entry before")).toBe("f".repeat(64));
    await page.getByRole("link", { name: "abc-3" }).click();
    await page.getByRole("heading", { name: "Outcome about pe-partner of apim-orders" }).waitFor();
    await page.getByRole("link", { name: "its decision" }).click();
    await page.getByRole("heading", { name: "Decision about pe-partner of apim-orders" }).waitFor();
  });

  it("say where a decision has no outcome yet, and is the first of its chain", async () => {
    const decided = decisionOf(held, { previous: "" });
    const { page } = await pages.open(answersWith(decided), `#/decision/${decided.id}`);
    await page.getByText("none among the newest entries of its connection").waitFor();
    await expect.poll(() => page.getByText("none, since it is the first").count()).toBe(1);
  });

  it("do not hide a warning behind a green state", async () => {
    const { page } = await pages.open({ "health/details": healthIn("enforce", { warnings: [grant] }) });
    await expect.poll(() => page.getByText("ok, 1 warning").count()).toBe(2);
    await page.getByRole("listitem").filter({ hasText: grant }).getByText("warning").first().waitFor();
  });
});
