import { startPass } from "../../estate/inventory-pass.ts";
import { beginRun, endRun } from "../../estate/run.ts";
import type { Run } from "../../estate/run-row.ts";
import type { AddressServices } from "../services.ts";
import { checkPublicIps } from "./check-public-ips.ts";
import { checkServices } from "./check-services.ts";
import { checks, type Checking } from "./checking.ts";
import { findUnlisted, readIndividually } from "./own-reads.ts";

export interface Checked {
  /** Governed services that the inventory showed, and watched public IP resources. */
  readonly services: number;
  readonly publicIps: number;
  /** How many were not as they were dealt with before. */
  readonly looked: number;
  readonly unread: readonly string[];
  /** Where addresses are declared of a resource or a place that nothing was seen in: `file:line`. */
  readonly nowhere: readonly string[];
  /** Addresses that are others than what is held to be right. */
  readonly drifts: number;
  /** Why this check saw only a part, or nothing; undefined where it saw all. */
  readonly stopped?: string;
}

/**
 * Checks the addresses of everything governed against their baselines. Its cost follows what changed: the inventory's
 * pages, a digest for each resource, and then only the records of those that changed, with one read more for each that
 * drifted. `periodMs` is the time to the next.
 */
export async function check(services: AddressServices, periodMs: number): Promise<Checked> {
  const { appState, azure, clock, digests, log } = services;
  const before = await appState.read<Run>(checks.row);
  const run = await beginRun(checks, services, periodMs);
  if (run === undefined)
    return {
      services: 0,
      publicIps: 0,
      looked: 0,
      unread: [],
      nowhere: [],
      drifts: 0,
      stopped: "another check of the addresses is running",
    };
  const subscriptions = await azure.subscriptions("all");
  const checking: Checking = {
    ...startPass(run, clock, subscriptions),
    with: services,
    runs: checks,
    known: await digests.all(),
    ...(before?.endedAt === undefined ? {} : { checkedAt: before.endedAt }),
    partial: new Map(),
    nowhere: new Set([...services.declared.values()].flat()),
    drifts: new Map(),
    failed: 0,
    publicIps: 0,
    looked: 0,
  };
  const ended = (await checkServices(checking)) && (await checkPublicIps(checking));
  if (ended) {
    await findUnlisted(checking);
    await readIndividually(checking);
  }
  await endRun(checks, services, checking.run, ended);
  const { publicIps, looked, unread, stopped } = checking;
  const nowhere = ended && !checking.resumed ? [...checking.nowhere].map(({ file }) => file) : [];
  if (nowhere.length > 0) log.warn("addresses are declared of places that nothing was seen in", { nowhere });
  return {
    services: checking.services,
    publicIps,
    looked,
    unread: [...unread],
    nowhere,
    drifts: driftsOf(checking),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** Those that were looked at now, and of the others what was remembered. */
function driftsOf({ drifts, known, with: { digests } }: Checking): number {
  const remembered = new Map([...known].map(([key, { drifts: count = 0 }]) => [key, count]));
  for (const [text, count] of drifts) remembered.set(digests.keyOf({ text }), count);
  return [...remembered.values()].reduce((sum, count) => sum + count, 0);
}
