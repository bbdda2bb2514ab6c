import { expect, it } from "vitest";
import { httpRequest } from "../../test/http-request.ts";
import { addressCheck } from "../lib/addresses/check/check-pass.ts";
import { appRows } from "../lib/app-state.ts";
import { sweeps } from "../lib/connections/sweep/sweep-pass.ts";
import { counters } from "../lib/counters.ts";
import type { LoadedPolicy } from "../lib/policy/loaded-policy.ts";
import { rowsAppState } from "../lib/state/app-state.ts";
import { memoryRows } from "../lib/state/memory-rows.ts";
import type { Services } from "../services.ts";
import { healthDetails } from "./health.ts";

it("is degraded where a row of the details cannot be read, though those of the timers can", async () => {
  const rows = memoryRows();
  const appState = rowsAppState(
    {
      ...rows,
      read: (key) => (key.row === appRows.approvals ? Promise.reject(new Error("no")) : rows.read(key)),
    },
    () => [],
  );
  const services = {
    policy: () => Promise.resolve({ kind: "valid", name: "p", hash: "h" } as LoadedPolicy),
    config: { mode: "enforce", warnings: [], rateLimits: {} },
    recentActivity: {},
    counters: counters(),
    appState,
    clock: { now: () => new Date("2026-11-24T08:00:00Z") },
    addressProblems: [],
    delivery: { sinks: [] },
    timers: [
      { ...sweeps, periodMs: 300_000 },
      { ...addressCheck, periodMs: 900_000 },
    ],
  };
  const answer = await healthDetails(services as unknown as Services)(httpRequest("health/details"));
  expect(answer).toMatchObject({
    status: 503,
    jsonBody: {
      status: "degraded",
      problems: ["a part of the state's table cannot be read (no answer); check DrawbridgeState"],
      stateUnread: "no answer",
    },
  });
});
