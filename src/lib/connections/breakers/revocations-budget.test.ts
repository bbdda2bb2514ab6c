import { expect, it } from "vitest";
import { memoryRows } from "../../state/memory-rows.ts";
import { rowsAppState } from "../../state/app-state.ts";
import { renewRevocations, returnRevocation, takeRevocation } from "./revocations-budget.ts";

const now = new Date("2026-11-24T12:00:00Z");
const stateOf = () => rowsAppState(memoryRows(), () => []);

it("revocations that the budget does not admit are spread over the runs that they take", async () => {
  const state = stateOf();
  const minutes: number[] = [];
  for (let tries = 0; tries < 9; tries++) {
    const admission = await takeRevocation(state, 2, now);
    minutes.push("run" in admission ? 0 : (Date.parse(admission.throttle.until) - now.getTime()) / 60_000);
  }
  expect(minutes).toEqual([0, 0, 5, 5, 10, 10, 15, 15, 20]);
  await renewRevocations(state);
  expect(await takeRevocation(state, 2, now)).toEqual({ run: 1 });
});

it("a revocation of an earlier run is not returned to this one", async () => {
  const state = stateOf();
  expect(await takeRevocation(state, 1, now)).toEqual({ run: 0 });
  await renewRevocations(state);
  expect(await takeRevocation(state, 1, now)).toEqual({ run: 1 });
  await returnRevocation(state, 0);
  expect(await takeRevocation(state, 1, now)).toHaveProperty("throttle");
  await returnRevocation(state, 1);
  expect(await takeRevocation(state, 1, now)).toEqual({ run: 1 });
});
