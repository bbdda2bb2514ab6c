import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../src/lib/azure/resource-id.ts";
import { startWorkbench, type Workbench } from "./workbench.ts";

/** The places that a policy's limits leave, when several want the last one. */
const minute = 60_000;

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  await bench.calm();
});
afterEach(() => bench.stop());

const types = () => bench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
const record = (id: ConnectionId) => bench.services.ledger.find(id);

describe("a limit, with two approvals that race for the last place", () => {
  const policy = "test/policies/one-place.yaml";

  it.each([1, 2, 3, 4, 5])("ends with one approved and the other held (%d)", async () => {
    const [one, two] = [bench.under({ policy, parameters: {} }), bench.under({ policy, parameters: {} })];
    const ids = [await bench.ask(), await bench.ask()] as const;
    await Promise.all([one.review(ids[0]), two.review(ids[1])]);
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      bench.pass(5 * minute);
      await one.follow(await one.sweep());
    }
    expect(ids.map((id) => bench.onAzure(id).status).toSorted()).toEqual(["Approved", "Pending"]);
    expect(bench.puts()).toBe(1);
    expect(types().toSorted()).toEqual(["ConnectionApproved", "ConnectionHeld"]);
  });

  it("holds the place of one whose PUT has not come through", async () => {
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
    bench.pass(minute);
    expect(await limited.review(first)).toMatchObject({ applied: true });
  });

  it("gives the place back when the one that had it is gone", async () => {
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
      bench.pass(2 * minute);
      await limited.review(first);
    }
    expect(await record(first)).toMatchObject({ phase: "Gone" });
    expect(await limited.review(second)).toMatchObject({ applied: true });
  });
});
