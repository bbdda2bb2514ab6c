import { expect, it } from "vitest";
import { minuteMs } from "../../clock.ts";
import { memoryRows } from "../../state/memory-rows.ts";
import { rowsAppState } from "../../state/app-state.ts";
import { renewRevocations, releaseRevocation, acquireRevocation } from "./revocations-budget.ts";

const now = new Date("2026-11-24T12:00:00Z");
const stateOf = () => rowsAppState(memoryRows(), () => []);

it("revocations that the budget has no permit for are spread over the runs that they take", async () => {
  const state = stateOf();
  const minutes: number[] = [];
  for (let tries = 0; tries < 9; tries++) {
    const acquired = await acquireRevocation(state, 2, now);
    minutes.push(acquired.kind === "permit" ? 0 : (Date.parse(acquired.until) - now.getTime()) / minuteMs);
  }
  expect(minutes).toEqual([0, 0, 5, 5, 10, 10, 15, 15, 20]);
  await renewRevocations(state);
  expect(await acquireRevocation(state, 2, now)).toEqual({ kind: "permit", run: 1 });
});

it("a revocation of an earlier run is not returned to this one", async () => {
  const state = stateOf();
  expect(await acquireRevocation(state, 1, now)).toEqual({ kind: "permit", run: 0 });
  await renewRevocations(state);
  expect(await acquireRevocation(state, 1, now)).toEqual({ kind: "permit", run: 1 });
  await releaseRevocation(state, { kind: "permit", run: 0 });
  expect(await acquireRevocation(state, 1, now)).toHaveProperty("kind", "exhausted");
  await releaseRevocation(state, { kind: "permit", run: 1 });
  expect(await acquireRevocation(state, 1, now)).toEqual({ kind: "permit", run: 1 });
});
