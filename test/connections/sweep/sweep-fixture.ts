import { parseConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { rowsOutbox } from "../../../src/lib/state/outbox.ts";
import type { ListedService } from "../../../src/lib/connections/azure-connections.ts";
import type { OpenBreaker } from "../../../src/lib/connections/breakers/open-breaker.ts";
import { startSweepPass, sweeps, type SweepPass } from "../../../src/lib/connections/sweep/sweep-pass.ts";
import { deciderHash } from "../../../src/lib/decider-hash.ts";
import { knownRead, unknownRead } from "../../../src/lib/estate/read.ts";
import type { Run } from "../../../src/lib/estate/scan-run-row.ts";
import { jsonLog } from "../../../src/lib/log.ts";
import type { LoadedPolicy } from "../../../src/lib/policy/loaded-policy.ts";
import { rowsAppState } from "../../../src/lib/state/app-state.ts";
import { rowsDigests } from "../../../src/lib/state/digests.ts";
import { rowsLedger } from "../../../src/lib/state/ledger.ts";
import { memoryRows } from "../../../src/lib/state/memory-rows.ts";
import { serviceIdOf } from "../../ids.ts";

/**
 * Tests of the parts of a sweep: on rows in memory, with an inventory that a test writes down, and a clock to be set.
 */

export const subscription = "0000000a-0000-4000-8000-000000000000";
export const periodMs = 5 * minuteMs;
const start = Date.parse("2026-11-24T08:00:00Z");

/** The instant this many milliseconds before the tests' time begins. */
export function msAgo(ms: number): string {
  return new Date(start - ms).toISOString();
}

export function serviceId(name: string) {
  return serviceIdOf(
    `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/${name}`,
  );
}

export function connectionId(name: string, service = "apim") {
  const found = parseConnectionId(`${serviceId(service).text}/privateEndpointConnections/${name}`);
  if (found === undefined) throw new Error(`${name} is no name of a connection`);
  return found;
}

export function endpointId(name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/${name}`;
}

/** A service as the inventory shows it. */
export function listed(name: string, more: Omit<Partial<ListedService>, "id"> = {}): ListedService {
  return { id: serviceId(name), tags: knownRead({}), ...more };
}

/** This many connections of a service, as the inventory shows them. */
export function pending(count: number, service = "apim"): NonNullable<ListedService["connections"]> {
  return Array.from({ length: count }, (_, index) => ({
    id: connectionId(`pe-${index}`, service),
    state: "Pending",
    endpointId: endpointId(`pe-${index}`),
  }));
}

interface Estate {
  nowMs: number;
  /** The pages of the inventory. One that is missing cannot be read. */
  readonly pages: Map<string, readonly ListedService[]>;
  /** What the resource provider lists, by subscription. One that is missing cannot be read. */
  readonly bySubscription: Map<string, readonly ListedService[]>;
  readonly openBreakers: Set<OpenBreaker["name"]>;
  /** What was read of Azure. */
  readonly reads: string[];
}

/** A policy that does not load decides as any other: it holds. */
const policy: LoadedPolicy = { kind: "invalid", hash: "h", problems: [] };
export const deciderInForce = deciderHash(policy, "enforce");

const firstPage = "1";

export function sweepFixture() {
  const rows = memoryRows();
  const estate: Estate = {
    nowMs: start,
    pages: new Map([[firstPage, []]]),
    bySubscription: new Map(),
    openBreakers: new Set(),
    reads: [],
  };
  const clock = { now: () => new Date(estate.nowMs) };
  const routes = () => ["log"];
  const services = {
    azure: azureOf(estate, clock.now),
    ledger: rowsLedger(rows, routes, clock),
    digests: rowsDigests(rows),
    appState: rowsAppState(rows, routes),
    breakers: { refresh: () => Promise.resolve(estate.openBreakers) },
    policy: () => Promise.resolve<LoadedPolicy>(policy),
    mode: "enforce" as const,
    scope: {
      subscriptions: [subscription],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [] as string[],
    },
    clock,
    log: jsonLog(() => {}, clock),
    newId: () => "run",
  };
  return {
    rows,
    estate,
    services,
    /** What the app's alerts say, in the order of their ids. */
    alerts: async () => {
      const undelivered = await rowsOutbox(rows).undelivered("app");
      return undelivered.map(({ alert }) => alert);
    },
    /** A sweep that has begun. */
    pass: async (run: Partial<Run> = {}): Promise<SweepPass> => {
      const begun = { owner: "run", startedAt: msAgo(0), leaseUntil: msAgo(0), periodMs, ...run };
      await services.appState.update<Run>(sweeps.row, () => ({ value: begun }));
      return startSweepPass(services, begun);
    },
  };
}

export type SweepFixture = ReturnType<typeof sweepFixture>;

function azureOf({ pages, bySubscription, reads }: Estate, now: () => Date) {
  return {
    inventory: (_: unknown, from = firstPage) => {
      reads.push(`page ${from}`);
      const items = pages.get(from);
      if (items === undefined) return Promise.resolve(unknownRead("failed"));
      const next = String(Number(from) + 1);
      return Promise.resolve(knownRead({ items, unreadable: 0, ...(pages.has(next) ? { next } : {}) }));
    },
    services: (id: string) => {
      reads.push(`services of ${id}`);
      const found = bySubscription.get(id);
      return Promise.resolve(found === undefined ? unknownRead("failed") : knownRead(found));
    },
    subscriptions: () => {
      reads.push("subscriptions");
      return Promise.resolve(knownRead({ at: now(), byId: new Map() }));
    },
  };
}
