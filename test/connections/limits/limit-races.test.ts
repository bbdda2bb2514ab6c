import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

/** Concurrent approvals under a policy's limits. */

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  await bench.calm();
});
afterEach(() => bench.stop());

const { alertTypes, record } = observationsOf(() => bench);
describe("a limit with two concurrent approvals for the last place", () => {
  const policy = "test/policy/corpus/one-place.yaml";

  it.each([1, 2, 3, 4, 5])("approves one and holds the other (%d)", async () => {
    const [one, two] = [bench.under({ policy, parameters: {} }), bench.under({ policy, parameters: {} })];
    const ids = [await bench.ask(), await bench.ask()] as const;
    await Promise.all([one.review(ids[0]), two.review(ids[1])]);
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      bench.pass(5 * minuteMs);
      await one.follow(await one.sweep());
    }
    expect(ids.map((id) => bench.onAzure(id).status).toSorted()).toEqual(["Approved", "Pending"]);
    expect(bench.puts()).toBe(1);
    expect(alertTypes().toSorted()).toEqual(["ConnectionApproved", "ConnectionHeld"]);
  });

  it("counts an approval whose PUT was not accepted yet", async () => {
    const limited = bench.under({ policy, parameters: {} });
    const first = await bench.ask();
    const answer = { status: 409, body: { error: { code: "PessimisticConcurrencyConflict" } } };
    bench.simulator.faults.add({
      method: "PUT",
      path: first.text.toLowerCase(),
      does: { kind: "answer", answer },
    });
    expect(await limited.review(first)).toMatchObject({ phase: "Decided" });
    expect(await limited.review(await bench.ask())).toMatchObject({ verdict: "hold", phase: "Held" });
    bench.pass(minuteMs);
    expect(await limited.review(first)).toMatchObject({ applied: true });
  });

  it("stops counting an approval whose connection is gone", async () => {
    const limited = bench.under({ policy, parameters: {} });
    const [first, second] = [await bench.ask(), await bench.ask()];
    const answer = { status: 409, body: { error: { code: "PessimisticConcurrencyConflict" } } };
    bench.simulator.faults.add({
      method: "PUT",
      path: first.text.toLowerCase(),
      does: { kind: "answer", answer },
    });
    await limited.review(first);
    expect(await limited.review(second)).toMatchObject({ phase: "Held" });
    bench.orders.connections.delete(first.connectionName.toLowerCase());
    for (let times = 0; times < 2; times++) {
      bench.pass(2 * minuteMs);
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
    Object.assign(bench.simulator.world.subscriptions.get(id) ?? {}, { tags });
  beforeEach(() => {
    tag(landingZone, { Team: "web" });
    tag(sandbox, { team: "lab" });
  });

  it("approves one of two concurrent requests for the last place, and counts others separately", async () => {
    const [one, two] = [bench.under({ policy, parameters: {} }), bench.under({ policy, parameters: {} })];
    const ids = [await bench.ask(), await bench.ask()] as const;
    const elsewhere = await bench.ask({ subscriptionId: sandbox });
    await Promise.all([one.review(ids[0]), two.review(ids[1])]);
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      bench.pass(5 * minuteMs);
      await one.follow(await one.sweep());
    }
    expect(ids.map((id) => bench.onAzure(id).status).toSorted()).toEqual(["Approved", "Pending"]);
    expect(bench.onAzure(elsewhere).status).toBe("Approved");
  });

  it("holds everything while the group of an approved connection is unknown", async () => {
    const limited = bench.under({ policy, parameters: {} });
    const unreadable = await bench.ask({ subscriptionId: newTeam });
    bench.onAzure(unreadable).status = "Approved";
    const held = await bench.ask();
    expect(await limited.review(held)).toMatchObject({
      verdict: "hold",
      phase: "Held",
      reason: expect.stringContaining("cannot be checked: counts.from"),
    });
  });
});
