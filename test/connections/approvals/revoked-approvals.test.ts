import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { decideHeld } from "../../../src/lib/connections/decide-held.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { chainVerifier } from "../../../src/lib/connections/verify-chain.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { temporaryFolder } from "../../folder.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** Approvals that a later policy rejects, where it says `revoke: rejected`. */
const folder = temporaryFolder();
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  publicAccess("Enabled");
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { record, entries } = observationsOf(() => workbench);
type Id = Parameters<Workbench["review"]>[0];

interface Revoking {
  readonly rejects?: readonly string[];
  readonly revoke?: string;
  readonly mode?: "enforce" | "approve-only" | "observe";
  readonly perRun?: number;
  readonly revokeAfter?: string;
}

/** The same world under a policy that approves everybody but these, and revokes an hour after the notice. */
function under({
  rejects = [],
  revoke = "rejected",
  mode = "enforce",
  perRun = 5,
  revokeAfter = "PT1H",
}: Revoking = {}): Workbench {
  folder.write(
    "policy.yaml",
    `name: revoking
parameters: { rejects: { type: Array, defaultValue: ${JSON.stringify(rejects)} } }
rules:
  - name: ours
    if: { field: requester.tenant, equals: ours }
    then: { effect: approve }
  - name: closed
    if: { field: endpoint.subscriptionId, in: "[parameters('rejects')]" }
    then: { effect: reject }
revoke: ${revoke}
revokeAfter: ${revokeAfter}
`,
  );
  const rateLimits = { revocationsPerRun: perRun };
  return workbench.under({ policy: `${folder.path()}/policy.yaml`, parameters: {}, mode, rateLimits });
}
const rejecting: Revoking = { rejects: [subscriptions.landingZone] };
async function approved(on = under()): Promise<Id> {
  const id = await workbench.ask();
  await on.review(id);
  expect(workbench.onAzure(id).status).toBe("Approved");
  return id;
}
/** Reviews a connection by name, as the rotation does with every service each day, `hours` later. */
async function later(on: Workbench, id: Id, hours: number): Promise<void> {
  workbench.pass(hours * hourMs);
  await on.services.breakers.refresh();
  await on.review(id, "sweep");
}
const raisedAlerts = () => {
  const types = workbench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
  return types.filter((type) => /Revo|Failed/.test(type));
};
const publicAccess = (publicNetworkAccess: string) =>
  Object.assign(workbench.orders.properties, { publicNetworkAccess });

describe("an approval that the policy rejects since", () => {
  it("is announced, and revoked when the grace is over", async () => {
    const id = await approved();
    const on = under(rejecting);
    await later(on, id, 1);
    expect(raisedAlerts()).toEqual(["RevocationDue"]);
    expect(await record(id)).toMatchObject({
      phase: "Applied",
      revocation: { before: { phase: "Applied" } },
    });
    await later(on, id, 0.5);
    expect(workbench.onAzure(id).status).toBe("Approved");
    await later(on, id, 1);
    expect(workbench.onAzure(id).status).toBe("Rejected");
    expect(await record(id)).toMatchObject({ phase: "Revoked", state: "Rejected", action: "revoke" });
    expect(raisedAlerts()).toEqual(["RevocationDue", "ConnectionRevoked"]);
    expect((await entries()).slice(-3)).toMatchObject([
      { kind: "decision", announces: "revocation", action: "none", verdict: { kind: "reject" } },
      { kind: "decision", action: "revoke", verdict: { kind: "reject" } },
      { kind: "outcome", phase: "Revoked", state: "Rejected" },
    ]);
    await later(on, id, 1);
    expect(workbench.puts()).toBe(2);
  });

  it("is found by the next sweep's direct read of its service, once per policy, and its time by the open review", async () => {
    const id = await approved();
    workbench.pass(hourMs / 4);
    const on = under(rejecting);
    await sweepAndFollow(on);
    expect(raisedAlerts()).toEqual(["RevocationDue"]);
    workbench.pass(hourMs / 2);
    // The service is not read again for the same policy.
    expect((await on.sweep()).due.filter(({ kind }) => kind === "service")).toEqual([]);
    workbench.pass(2 * hourMs);
    await sweepAndFollow(on);
    expect(await record(id)).toMatchObject({ phase: "Revoked" });
  });

  it("stays, with an alert, if the policy does not reject it any more when the grace is over", async () => {
    const id = await approved();
    await later(under(rejecting), id, 1);
    await later(under(), id, 2);
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(raisedAlerts()).toEqual(["RevocationDue", "RevocationDue"]);
    expect((await record(id))?.revocation).toBeUndefined();
    await later(under(), id, 24);
    expect(raisedAlerts()).toHaveLength(2);
  });

  it("stays if it is its service's last one, and public access is off", async () => {
    publicAccess("Disabled");
    const id = await approved();
    const on = under(rejecting);
    for (let days = 0; days < 4; days++) await later(on, id, 25);
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(raisedAlerts()).toEqual(["RevocationDue"]);
    expect(workbench.alerts.at(-1)?.data.reason).toContain("last approved connection");
    // Another one of a requester that the policy approves lets it go.
    const other = await workbench.ask({ subscriptionId: subscriptions.newTeam });
    await on.review(other);
    expect(workbench.onAzure(other).status).toBe("Approved");
    await later(on, id, 25);
    // It was said to stay, so that a new notice says when it is revoked.
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(raisedAlerts()).toEqual(["RevocationDue", "RevocationDue"]);
    expect(workbench.alerts.at(-1)?.data).toMatchObject({ dueAt: (await record(id))?.revocation?.dueAt });
    await later(on, id, 2);
    expect(workbench.onAzure(id).status).toBe("Rejected");
  });

  it("is told to stay by the next sweep, if another policy does not reject it or does not revoke", async () => {
    const others = [{}, { ...rejecting, revoke: "never" }, { ...rejecting, mode: "approve-only" }] as const;
    for (const changed of others) {
      const id = await approved();
      await later(under(rejecting), id, 0.5);
      expect((await record(id))?.revocation).toBeDefined();
      await sweepAndFollow(under(changed));
      expect((await record(id))?.revocation).toBeUndefined();
      const last = workbench.alerts.findLast(({ type }) => type === "Drawbridge.RevocationDue");
      expect(last?.data.reason).toMatch(/^it is not revoked after all/);
    }
  });

  it("waits for the time that its notice named, also under a policy with a shorter grace", async () => {
    const id = await approved();
    await later(under({ ...rejecting, revokeAfter: "P2D" }), id, 1);
    const shorter = under(rejecting);
    await later(shorter, id, 40);
    expect(workbench.onAzure(id).status).toBe("Approved");
    await later(shorter, id, 9);
    expect(workbench.onAzure(id).status).toBe("Rejected");
    expect(raisedAlerts()).toEqual(["RevocationDue", "ConnectionRevoked"]);
  });

  it.each<[string, Revoking]>([
    ["says never", { ...rejecting, revoke: "never" }],
    ["is not enforced", { ...rejecting, mode: "approve-only" }],
    ["only observes", { ...rejecting, mode: "observe" }],
  ])("stays, in silence, where the policy %s", async (_, revoking) => {
    const id = await approved();
    for (let days = 0; days < 3; days++) await later(under(revoking), id, 25);
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(raisedAlerts()).toEqual([]);
  });

  it("is revoked within the budget of a run", async () => {
    const ids = [await approved(), await approved()];
    const on = under({ ...rejecting, perRun: 1 });
    workbench.pass(hourMs);
    for (const id of ids) await on.review(id, "sweep");
    workbench.pass(2 * hourMs);
    await on.services.breakers.refresh();
    for (const id of ids) await on.review(id, "sweep");
    expect(await record(ids[1] as Id)).toMatchObject({ state: "Approved", waitsForPermit: "revocations" });
    await later(on, ids[1] as Id, 1);
    expect(ids.map((id) => workbench.onAzure(id).status)).toEqual(["Rejected", "Rejected"]);
  });
});

it("a connection that a person approved is never revoked", async () => {
  const held = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await workbench.review(held);
  Object.assign(workbench.onAzure(held), { status: "Approved", description: "by hand" });
  workbench.pass(minuteMs);
  await workbench.review(held);
  expect(await record(held)).toMatchObject({ phase: "Overridden" });
  const on = under({ rejects: [subscriptions.partner] });
  for (let days = 0; days < 3; days++) await later(on, held, 25);
  expect(workbench.onAzure(held).status).toBe("Approved");
  expect(raisedAlerts()).toEqual([]);
});

it("a connection that an operator approved here is revoked like what the policy approved", async () => {
  const held = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await workbench.review(held);
  const asked = { connection: held, verdict: "approve", by: "ana", reason: "pilot" } as const;
  expect(await decideHeld(workbench.services, asked)).toMatchObject({ kind: "decided" });
  const on = under({ rejects: [subscriptions.partner] });
  await later(on, held, 1);
  await later(on, held, 2);
  expect(await record(held)).toMatchObject({ phase: "Revoked", state: "Rejected" });
});

it("what was approved without us is revoked, and what its approver wrote on Azure is kept in the decision", async () => {
  const id = await workbench.ask();
  Object.assign(workbench.onAzure(id), { status: "Approved", description: "by hand" });
  const on = under(rejecting);
  await on.review(id);
  for (const hours of [1, 2]) await later(on, id, hours);
  const recorded = await entries();
  const kept = recorded.filter((entry) => "descriptionBefore" in entry);
  expect(kept).toMatchObject([{ kind: "decision", action: "revoke", descriptionBefore: "by hand" }]);
  expect(workbench.onAzure(id).description).not.toBe("by hand");
  const chain = chainVerifier();
  for (const entry of recorded) chain.take(entry);
  expect(chain.broken).toEqual([]);
});

it("what Azure refuses to take back is Failed, with an alert, and tried again after an hour", async () => {
  const id = await approved();
  const on = under(rejecting);
  await later(on, id, 1);
  const { azure } = on.services;
  let puts = 0;
  const refusing = {
    ...on.services,
    azure: {
      ...azure,
      setState: () => {
        puts++;
        return Promise.resolve({ kind: "refused", code: "400 NotPending" } as const);
      },
    },
  };
  const reviewed = (ms: number) => {
    workbench.pass(ms);
    return review(refusing, { id, cause: "sweep", actor: "test", requestedAt: refusing.clock.now() });
  };
  await reviewed(2 * hourMs);
  expect(await record(id)).toMatchObject({ phase: "Failed", state: "Approved", action: "revoke" });
  expect(raisedAlerts()).toEqual(["RevocationDue", "ConnectionFailed"]);
  expect(workbench.alerts.at(-1)?.data.reason).toContain(
    "Azure refused to make it Rejected (400 NotPending)",
  );
  await reviewed(hourMs / 2);
  expect(puts).toBe(1);
  await reviewed(hourMs);
  expect(puts).toBe(2);
  // A policy that does not revoke leaves it as it was.
  await later(under({ revoke: "never" }), id, 2);
  expect(await record(id)).toMatchObject({ phase: "Applied", action: "approve", state: "Approved" });
});
