import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/functions/http/answers.ts";
import { connectionId, decisionOf, healthIn, heldConnection } from "./answers.ts";
import { hasBrowser, usePages } from "./page.ts";
import type { Watched } from "./browser.ts";

const operator = { caller: "ana@contoso.example", changeRefused: null, decideRefused: null };
const held = heldConnection("pe-partner");
const entry = decisionOf(held, { message: "Please let us in\nCHG-12" });

const pageOfHeld = `#/connection/${held.connection}`;

const answersIn = (mode: string, more: object = {}) => ({
  access: operator satisfies Answer<"Access">,
  "health/details": healthIn(mode),
  held: {
    held: [held],
    waitingForWindow: 0,
    waitingForMode: 0,
    waitingForBreaker: 0,
  } satisfies Answer<"Held">,
  connections: { connections: [held] } satisfies Answer<"Connections">,
  decisions: { decisions: [entry] } satisfies Answer<"Entries">,
  [`decisions/${entry.id}`]: entry,
  ...more,
});

describe.skipIf(!hasBrowser)("deciding on the dashboard", () => {
  const pages = usePages();
  const buttons = ({ page }: Watched) =>
    page
      .getByRole("main")
      .getByRole("button", { name: /^(Approve|Reject) / })
      .allInnerTexts();

  it.each([
    ["off", [], "How to approve or reject it"],
    ["observe", [], "How to approve or reject it"],
    ["approve-only", ["Approve"], "How to reject it"],
  ])(
    "offers in mode %s what the app would not refuse, and says how to do the rest",
    async (mode, offered, how) => {
      const watched = await pages.open(answersIn(mode), "#/held");
      const { page } = watched;
      await page.getByText(how, { exact: true }).click();
      await expect.poll(() => buttons(watched)).toEqual(offered);
      await page.getByText(`the mode of the app is ${mode}`).waitFor();
      await page.getByText("az network private-endpoint-connection reject").waitFor();
      await expect
        .poll(() => page.getByText("az network private-endpoint-connection reject").innerText())
        .toContain(`--id '${connectionId("pe-partner")}'`);
    },
  );

  it("tells who has only a key why they cannot decide, and what they can do", async () => {
    const refused = "only a token of Entra ID may do this";
    const access = { caller: null, changeRefused: null, decideRefused: refused };
    const watched = await pages.open(answersIn("enforce", { access }), `#/connection/${held.connection}`);
    await watched.page.getByText("How to approve or reject it").click();
    await watched.page.getByText(refused).waitFor();
    await expect.poll(() => buttons(watched)).toEqual([]);
  });

  it("shows the requester and the message, and begins at the reason", async () => {
    const watched = await pages.open(answersIn("enforce"), "#/held");
    const { page } = watched;
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Please let us in").waitFor();
    expect(await dialog.innerText()).not.toContain("\\u000a");
    await dialog.getByText(held.endpointId ?? "").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
  });

  it("takes no day of a year with five digits for the end, and keeps the reason", async () => {
    const watched = await pages.open(answersIn("enforce"), "#/held");
    const { page } = watched;
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    const dialog = page.getByRole("dialog");
    const reason = dialog.getByLabel("Reason, which the requester reads on Azure");
    await reason.fill("agreed");
    const day = dialog.getByLabel("Last day of the approval");
    await expect.poll(() => day.getAttribute("max")).toBe("9999-12-31");
    await day.fill("20261-11-28");
    await dialog.getByText("Not a valid date").waitFor();
    const confirm = dialog.getByRole("button", { name: "Set it to Approved" });
    await expect.poll(() => confirm.isDisabled()).toBe(true);
    await expect.poll(() => reason.inputValue()).toBe("agreed");
    await day.fill("2027-11-28");
    await dialog.getByText("The approval ends").waitFor();
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    expect(watched.complaints).toEqual([]);
  });

  it("can be left where a defect keeps the page from showing what is decided on", async () => {
    const broken = { [`decisions/${entry.id}`]: { ...entry, message: 7 } };
    const { page } = await pages.open(answersIn("enforce", broken), "#/held");
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("It failed because of an error in the page").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    await page.getByRole("heading", { name: "Held", level: 1 }).waitFor();
  });

  const waiting: Answer<"Connection"> = {
    ...held,
    phase: "Decided",
    waitsForPermit: "approvals",
    person: { id: "p-1", verdict: "approve", by: "bo@contoso.example", reason: "CHG-7" },
    reason: "bo@contoso.example approved it: CHG-7",
  };
  const onPageOf = (connection: Answer<"Connection">, more: object = {}) =>
    pages.open(answersIn("enforce", { connections: { connections: [connection] }, ...more }), pageOfHeld);

  it("offers to take back, or to approve until another day, a person's approval that waits", async () => {
    const watched = await onPageOf(waiting);
    await expect.poll(() => buttons(watched)).toEqual(["Approve", "Reject"]);
    const { page } = watched;
    await page.getByRole("button", { name: "Reject pe-partner" }).click();
    await page.getByRole("dialog").getByText("bo@contoso.example approved it: CHG-7").waitFor();
    await page.getByRole("dialog").getByText("Decided before").waitFor();
  });

  it.each([
    ["was sent to Azure", { ...waiting, phase: "Applying", sentAt: held.firstSeenAt }],
    ["is a rejection", { ...waiting, person: { ...waiting.person!, verdict: "reject" } }],
    ["is the policy's", { ...held, phase: "Decided" }],
  ] as const)("offers nothing where what was decided %s", async (_, connection) => {
    const watched = await onPageOf(connection);
    await watched.page.getByRole("heading", { name: "History" }).waitFor();
    await watched.page.getByText("Re-evaluate", { exact: true }).waitFor();
    await expect.poll(() => buttons(watched)).toEqual([]);
  });

  const openBreaker = healthIn("enforce", {
    breakers: { ...healthIn("enforce").breakers, approvals: held.firstSeenAt, approvalsUntil: null },
  });
  it.each([
    ["is open", openBreaker, "The approvals breaker opened"],
    [
      "is not known to be closed",
      healthIn("enforce", { stateUnread: "no answer in time" }),
      "Whether the approvals breaker is open could not be read.",
    ],
  ])("says before an approval that it waits where the approvals breaker %s", async (_, health, said) => {
    const { page } = await onPageOf(held, { "health/details": health });
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    await expect.poll(() => page.getByRole("dialog").innerText()).toContain(said);
  });

  it.each([
    ["enforce", true],
    ["approve-only", false],
  ])("says in mode %s before an approval that waits whether it can be taken back: %s", async (mode, can) => {
    const open = healthIn(mode, { breakers: openBreaker.breakers });
    const { page } = await onPageOf(held, { "health/details": open });
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    const text = () => page.getByRole("dialog").innerText();
    await expect.poll(text).toContain("The approvals breaker opened");
    await expect.poll(async () => (await text()).includes("taken back by a rejection")).toBe(can);
  });

  it("keeps the end of an approval that waits, and says that the new decision replaces it", async () => {
    const until = "2027-03-31T09:30:00.000Z";
    const { page } = await onPageOf({ ...waiting, term: { until, nextAt: until } });
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    const dialog = page.getByRole("dialog");
    await expect.poll(() => dialog.getByLabel("Last day of the approval").inputValue()).toBe("2027-03-31");
    await dialog.getByText("The new decision replaces that end.").waitFor();
    await dialog.getByLabel("Reason, which the requester reads on Azure").fill("agreed");
    const sent = page.waitForRequest((request) => request.url().includes("connections/decide"));
    await dialog.getByRole("button", { name: "Set it to Approved" }).click();
    expect((await sent).postDataJSON()).toMatchObject({ verdict: "approve", until });
  });

  it("says nothing of the breaker before a rejection, nor while it is closed", async () => {
    const { page } = await onPageOf(held, { "health/details": openBreaker });
    await page.getByRole("button", { name: "Reject pe-partner" }).click();
    await page.getByRole("dialog").getByText("Azure does not take a rejection back").waitFor();
    await expect.poll(() => page.getByRole("dialog").innerText()).not.toContain("breaker");
    const { page: closed } = await onPageOf(held);
    await closed.getByRole("button", { name: "Approve pe-partner" }).click();
    await closed.getByRole("dialog").getByText("Last day of the approval").waitFor();
    await expect.poll(() => closed.getByRole("dialog").innerText()).not.toContain("breaker");
  });

  const decided: Answer<"PersonalDecision"> = {
    connection: held.connection,
    verdict: "approve",
    by: operator.caller,
    reason: "agreed",
    phase: "Applying",
    state: "Pending",
    applied: false,
    waitsFor: "Azure has not confirmed it yet",
    decisionId: "d-2",
  };
  /** The dialog after an approval, with the record of the connection, which a test may change. */
  async function approved() {
    const connections = { connections: [held] };
    const { page } = await pages.open(
      answersIn("enforce", {
        "connections/decide": decided,
        "decisions/d-2": { ...entry, id: "d-2", at: "2026-11-27T00:10:00Z" },
        connections,
      }),
      "#/held",
    );
    await page.getByRole("button", { name: "Approve pe-partner" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason, which the requester reads on Azure").fill("agreed");
    await dialog.getByRole("button", { name: "Set it to Approved" }).click();
    await dialog.getByText("It waits: Azure has not confirmed it yet.").waitFor();
    return { page, dialog, connections };
  }

  it("follows Azure after a decision, with the focus on what closes the dialog", async () => {
    const { page, dialog, connections } = await approved();
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Close");
    connections.connections = [{ ...held, phase: "Applied", state: "Approved", decisionId: "d-2" }];
    await page.clock.runFor(25_000);
    await dialog.getByText("Azure shows the new state.").waitFor();
    await dialog.getByRole("link", { name: "pe-partner" }).waitFor();
  });

  it.each([
    [
      "a person",
      { person: { ...waiting.person!, verdict: "reject" as const } },
      "Rejected by bo@contoso.example.",
    ],
    ["the policy", {}, "the policy's."],
  ])("says where %s decided again meanwhile that this replaced the decision", async (_, more, who) => {
    const { page, dialog, connections } = await approved();
    await expect.poll(() => dialog.innerText()).not.toContain("replaced");
    connections.connections = [
      { ...held, phase: "Decided", decisionId: "d-3", decidedAt: "2026-11-27T00:20:00Z", ...more },
    ];
    await page.clock.runFor(25_000);
    await dialog.getByText(`Another decision has replaced it: ${who}`).waitFor();
    await expect.poll(() => dialog.innerText()).not.toContain("Azure follows");
  });
});
