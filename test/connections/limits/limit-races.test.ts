import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

/** Concurrent approvals under a policy's limits. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { alertTypes, record } = observationsOf(() => workbench);
describe("a limit with two concurrent approvals for the last place", () => {
  const policy = "test/policy/corpus/one-place.yaml";

  it.each([1, 2, 3, 4, 5])("approves one and holds the other (%d)", async () => {
    const [one, two] = [
      workbench.under({ policy, parameters: {} }),
      workbench.under({ policy, parameters: {} }),
    ];
    const ids = [await workbench.ask(), await workbench.ask()] as const;
    await Promise.all([one.review(ids[0]), two.review(ids[1])]);
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      workbench.pass(5 * minuteMs);
      await one.follow(await one.sweep());
    }
    expect(ids.map((id) => workbench.onAzure(id).status).toSorted()).toEqual(["Approved", "Pending"]);
    expect(workbench.puts()).toBe(1);
    expect(alertTypes().toSorted()).toEqual(["ConnectionApproved", "ConnectionHeld"]);
  });

  it("counts an approval whose PUT was not accepted yet", async () => {
    const limited = workbench.under({ policy, parameters: {} });
    const first = await workbench.ask();
    const answer = { status: 409, body: { error: { code: "PessimisticConcurrencyConflict" } } };
    workbench.simulator.faults.add({
      method: "PUT",
      path: first.text.toLowerCase(),
      does: { kind: "answer", answer },
    });
    expect(await limited.review(first)).toMatchObject({ phase: "Decided" });
    expect(await limited.review(await workbench.ask())).toMatchObject({ verdict: "hold", phase: "Held" });
    workbench.pass(minuteMs);
    expect(await limited.review(first)).toMatchObject({ applied: true });
  });

  it("stops counting an approval whose connection is gone", async () => {
    const limited = workbench.under({ policy, parameters: {} });
    const [first, second] = [await workbench.ask(), await workbench.ask()];
    const answer = { status: 409, body: { error: { code: "PessimisticConcurrencyConflict" } } };
    workbench.simulator.faults.add({
      method: "PUT",
      path: first.text.toLowerCase(),
      does: { kind: "answer", answer },
    });
    await limited.review(first);
    expect(await limited.review(second)).toMatchObject({ phase: "Held" });
    workbench.orders.connections.delete(first.connectionName.toLowerCase());
    for (let times = 0; times < 2; times++) {
      workbench.pass(2 * minuteMs);
      await limited.review(first);
    }
    expect(await record(first)).toMatchObject({ phase: "Gone" });
    expect(await limited.review(second)).toMatchObject({ applied: true });
  });
});

describe.each([
  ["virtual network", "test/policy/corpus/one-a-network.yaml"],
  ["team of the subscription", "test/policy/corpus/one-a-team.yaml"],
])("a limit per %s", (_, policy) => {
  const { landingZone, sandbox, newTeam } = subscriptions;
  const tag = (id: string, tags: Readonly<Record<string, string>>) =>
    Object.assign(workbench.simulator.world.subscriptions.get(id) ?? {}, { tags });
  beforeEach(() => {
    tag(landingZone, { Team: "web" });
    tag(sandbox, { team: "lab" });
  });

  it("approves one of two concurrent requests for the last place, and counts others separately", async () => {
    const [one, two] = [
      workbench.under({ policy, parameters: {} }),
      workbench.under({ policy, parameters: {} }),
    ];
    const ids = [await workbench.ask(), await workbench.ask()] as const;
    const elsewhere = await workbench.ask({ subscriptionId: sandbox });
    await Promise.all([one.review(ids[0]), two.review(ids[1])]);
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      workbench.pass(5 * minuteMs);
      await one.follow(await one.sweep());
    }
    expect(ids.map((id) => workbench.onAzure(id).status).toSorted()).toEqual(["Approved", "Pending"]);
    expect(workbench.onAzure(elsewhere).status).toBe("Approved");
  });

  it("holds everything while the group of an approved connection is unknown", async () => {
    const limited = workbench.under({ policy, parameters: {} });
    const unreadable = await workbench.ask({ subscriptionId: newTeam });
    workbench.onAzure(unreadable).status = "Approved";
    const held = await workbench.ask();
    expect(await limited.review(held)).toMatchObject({
      verdict: "hold",
      phase: "Held",
      reason: expect.stringContaining("cannot be checked: counts.from"),
    });
  });
});
