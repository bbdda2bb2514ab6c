import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { minuteMs } from "../../../src/lib/clock.ts";
import { decideHeld } from "../../../src/lib/connections/decide-held.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** An operator's decision on a connection that is held. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { alertTypes, record, entries } = observationsOf(() => workbench);
type Id = Parameters<Workbench["review"]>[0];
const by = "ana@contoso.example";
const objectId = "bbbbbbbb-0000-4000-8000-00000000000b";
const decide = (
  connection: Id,
  verdict: "approve" | "reject",
  on = workbench,
  more: Partial<Parameters<typeof decideHeld>[1]> = {},
) => decideHeld(on.services, { connection, verdict, by, reason: "partner onboarded", ...more });
/** A connection that the default policy holds. */
async function held(on = workbench): Promise<Id> {
  const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await on.review(id);
  expect(await record(id)).toMatchObject({ phase: "Held", verdict: "hold" });
  return id;
}

describe("an operator's decision", () => {
  it.each([
    ["approve", "Approved"],
    ["reject", "Rejected"],
  ] as const)("to %s is recorded with its author and reason, and then applied", async (verdict, state) => {
    const id = await held();
    expect(await decide(id, verdict, workbench, { objectId })).toMatchObject({
      kind: "decided",
      record: { phase: "Applied", state },
    });
    expect(workbench.onAzure(id)).toMatchObject({ status: state });
    const found = await record(id);
    expect(workbench.onAzure(id).description).toBe(`drawbridge ${found?.decisionId}: partner onboarded`);
    expect(found).toMatchObject({
      phase: "Applied",
      state,
      verdict: "hold",
      person: { by, objectId, verdict },
    });
    expect((await entries()).slice(1)).toMatchObject([
      {
        kind: "decision",
        cause: "http",
        actor: `http:${by}`,
        actorObjectId: objectId,
        verdict: { kind: "hold" },
        action: verdict,
        person: { by, objectId, verdict, reason: "partner onboarded" },
      },
      { kind: "outcome", phase: "Applied", state },
    ]);
    expect(alertTypes()).toEqual(["ConnectionHeld", `Connection${state}`]);
    expect(workbench.alerts.at(-1)?.data.reason).toContain(
      `${by} ${state.toLowerCase()} it: partner onboarded`,
    );
    // What was applied is the person's, and not the verdict's.
    expect(await workbench.review(id)).toMatchObject({ verdict: "hold", person: verdict });
    await workbench.calm();
    expect(alertTypes()).toHaveLength(2);
  });

  it("is followed once: a connection that is requested again is judged by the policy", async () => {
    const id = await held();
    await decide(id, "reject");
    Object.assign(workbench.onAzure(id), { status: "Pending", description: "please" });
    workbench.pass(minuteMs);
    await workbench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Held", verdict: "hold" });
    expect((await record(id))?.person).toBeUndefined();
    expect(workbench.puts()).toBe(1);
  });

  it("does not approve what the policy rejects on the facts of now", async () => {
    const id = await held();
    const strict = workbench.under({
      parameters: { landingZones: [], blockedSubscriptions: [subscriptions.partner] },
    });
    const refused = await decide(id, "approve", strict);
    expect(refused).toMatchObject({ kind: "refused", record: { phase: "Held" } });
    expect(refused.kind === "refused" && refused.reason).toContain("the policy rejects it");
    expect(workbench.puts()).toBe(0);
    expect(await entries()).toHaveLength(1);
    // The policy's own review follows.
    await sweepAndFollow(strict);
    expect(workbench.onAzure(id).status).toBe("Rejected");
  });

  it("counts as one of the service's approvals", async () => {
    const id = await held();
    await decide(id, "approve");
    const { reservations } = await workbench.services.ledger.head(id.service);
    expect(reservations.map((each) => each.id)).toEqual([id.text]);
  });

  it("waits for the approvals breaker, and is applied without another request", async () => {
    const limited = workbench.under({ rateLimits: { approvalsPerHour: 1 } });
    const [first, second] = [await held(limited), await held(limited)];
    expect(await decide(first, "approve", limited)).toMatchObject({ kind: "decided" });
    const waiting = await decide(second, "approve", limited);
    expect(waiting).toMatchObject({ kind: "decided", record: { phase: "Decided" } });
    expect(waiting.kind === "decided" && waiting.waitsFor).toContain(
      "DRAWBRIDGE_MAX_APPROVALS_PER_HOUR allows (1)",
    );
    expect(workbench.onAzure(second).status).toBe("Pending");
    expect(await record(second)).toMatchObject({ waitsForPermit: "approvals", person: { by } });
    expect(await workbench.services.listings.held({}, { top: 10 })).toMatchObject({ waitingForBreaker: 1 });
    workbench.pass(70 * minuteMs);
    await sweepAndFollow(limited);
    expect(await record(second)).toMatchObject({ phase: "Applied", state: "Approved", person: { by } });
    expect(await record(second)).not.toHaveProperty("waitsForPermit");
  });

  it.each([
    ["off", "approve"],
    ["observe", "approve"],
    ["observe", "reject"],
    ["approve-only", "reject"],
  ] as const)("in mode %s does not %s", async (mode, verdict) => {
    const id = await held();
    const refused = await decide(id, verdict, workbench.under({ mode }));
    expect(refused).toMatchObject({ kind: "refused" });
    expect(refused.kind === "refused" && refused.reason).toContain(`mode ${mode}`);
    expect(workbench.puts()).toBe(0);
  });

  it("in mode approve-only approves", async () => {
    const id = await held();
    expect(await decide(id, "approve", workbench.under({ mode: "approve-only" }))).toMatchObject({
      kind: "decided",
      record: { state: "Approved" },
    });
  });

  it("is refused where the connection is not held, unknown, or decided by somebody meanwhile", async () => {
    const approved = await workbench.ask();
    expect(await decide(approved, "approve")).toEqual({ kind: "unknown connection" });
    await workbench.review(approved);
    expect(await decide(approved, "reject")).toMatchObject({ kind: "refused", record: { phase: "Applied" } });
    const id = await held();
    Object.assign(workbench.onAzure(id), { status: "Approved", description: "by hand" });
    const refused = await decide(id, "reject");
    expect(refused).toMatchObject({ kind: "refused", record: { phase: "Overridden" } });
    expect(refused.kind === "refused" && refused.reason).toContain(
      "it was set to Approved outside Drawbridge",
    );
    expect(workbench.onAzure(id).status).toBe("Approved");
  });

  it("of two operators is the first one's", async () => {
    const id = await held();
    const both = await Promise.all([decide(id, "approve"), decide(id, "reject")]);
    expect(both.map(({ kind }) => kind)).toEqual(["decided", "refused"]);
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(workbench.puts()).toBe(1);
  });
});
