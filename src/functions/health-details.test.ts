import { beforeEach, describe, expect, it } from "vitest";
import { httpRequest } from "../../test/http-request.ts";
import { addressCheck } from "../lib/addresses/check/check-pass.ts";
import { appRows } from "../lib/app-state.ts";
import { breakers } from "../lib/connections/breakers/breakers.ts";
import { sweeps } from "../lib/connections/sweep/sweep-pass.ts";
import { counters } from "../lib/counters.ts";
import type { LoadedPolicy } from "../lib/policy/loaded-policy.ts";
import { rowsAppState } from "../lib/state/app-state.ts";
import { memoryRows } from "../lib/state/memory-rows.ts";
import type { Rows } from "../lib/state/rows.ts";
import type { Services } from "../services.ts";
import { health, healthDetails } from "./health.ts";

const rateLimits = { approvalsPerHour: 1, requestsPerHour: 4, revocationsPerRun: 5 };
const clock = { now: () => new Date("2026-11-24T08:00:00Z") };

let rows: Rows;
beforeEach(() => {
  rows = memoryRows();
});

function servicesWith({
  read = (key) => rows.read(key),
  policy = { kind: "valid", name: "p", hash: "h" } as LoadedPolicy,
}: {
  readonly read?: Rows["read"];
  readonly policy?: LoadedPolicy;
}): Services {
  const services = {
    policy: () => Promise.resolve(policy),
    config: { mode: "enforce", warnings: [], rateLimits },
    recentActivity: {},
    counters: counters(),
    appState: rowsAppState({ ...rows, read }, () => []),
    clock,
    addressProblems: [],
    delivery: { sinks: [] },
    timers: [
      { ...sweeps, periodMs: 300_000 },
      { ...addressCheck, periodMs: 900_000 },
    ],
  };
  return services as unknown as Services;
}

async function openApprovals(): Promise<void> {
  const limited = breakers(
    rowsAppState(rows, () => []),
    rateLimits,
    clock,
  );
  for (let times = 0; times < 2; times++) await limited.acquireApproval();
}

const details = (services: Services) => healthDetails(services)(httpRequest("health/details"));

it("is degraded where a row of the details cannot be read, though those of the timers can", async () => {
  const read: Rows["read"] = (key) =>
    key.row === appRows.approvals ? Promise.reject(new Error("no")) : rows.read(key);
  expect(await details(servicesWith({ read }))).toMatchObject({
    status: 503,
    jsonBody: {
      status: "degraded",
      problems: ["a part of the state's table cannot be read (no answer); check DrawbridgeState"],
      stateUnread: "no answer",
    },
  });
});

describe("an open breaker", () => {
  const isOpen = /^the approvals breaker has been open/;
  const answers = async (services: Services) => [await health(services)(), await details(services)];

  it("is a problem with 200, and leaves that of an invalid policy its 503", async () => {
    await openApprovals();
    const alone = { status: "degraded", problems: [expect.stringMatching(isOpen)] };
    for (const answer of await answers(servicesWith({})))
      expect(answer).toMatchObject({ status: 200, jsonBody: alone });
    const policy: LoadedPolicy = { kind: "invalid", hash: "x", problems: [] };
    const problems = ["the policy does not load, so everything is held", expect.stringMatching(isOpen)];
    for (const answer of await answers(servicesWith({ policy })))
      expect(answer).toMatchObject({ status: 503, jsonBody: { status: "degraded", problems } });
  });

  it("is read once for each answer, and the budget of revocations for the details alone", async () => {
    let rowsRead: string[] = [];
    const read: Rows["read"] = (key) => {
      rowsRead.push(key.row);
      return rows.read(key);
    };
    const restraints: readonly string[] = [appRows.requests, appRows.approvals, appRows.revocations];
    const readBy = async (answer: () => Promise<unknown>) => {
      rowsRead = [];
      await answer();
      return rowsRead.filter((row) => restraints.includes(row)).toSorted();
    };
    const services = servicesWith({ read });
    expect(await readBy(health(services))).toEqual([appRows.requests, appRows.approvals].toSorted());
    expect(await readBy(() => details(services))).toEqual(restraints.toSorted());
  });
});
