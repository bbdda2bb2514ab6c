import { checkEventPaths } from "../../estate/events/event-paths.ts";
import { sawEverything, startPass } from "../../estate/inventory-pass.ts";
import { beginRun, endRun } from "../../estate/scan-run.ts";
import type { Run } from "../../estate/scan-run-row.ts";
import type { AddressServices } from "../services.ts";
import { watchServiceTags } from "../service-tags.ts";
import { checkPublicIps } from "./check-public-ips.ts";
import { checkServices } from "./check-services.ts";
import { addressCheck, type CheckPass } from "./check-pass.ts";
import { findUnlisted, readDirectly } from "./read-directly.ts";

export interface Checked {
  /** Governed services that the inventory showed, and watched public IP resources. */
  readonly services: number;
  readonly publicIps: number;
  /** Resources that differed from the last check. */
  readonly compared: number;
  readonly unread: readonly string[];
  /** Declarations that match no observed resource or location, as `file:line`. */
  readonly nowhere: readonly string[];
  /** How many addresses differ from their baseline. */
  readonly drifts: number;
  /** Why this check saw only a part, or nothing; undefined if it saw everything. */
  readonly stopped?: string;
}

/**
 * Checks the addresses of everything governed against their baselines. Its cost follows what changed: the inventory's
 * pages, a digest for each resource, and then only the records of those that changed, with one more read for each that
 * drifted. `periodMs` is the time until the next check.
 */
export async function check(services: AddressServices, periodMs: number): Promise<Checked> {
  const { appState, azure, clock, digests, log } = services;
  const before = await appState.read<Run>(addressCheck.row);
  const run = await beginRun(addressCheck, services, periodMs);
  if (run === undefined)
    return {
      services: 0,
      publicIps: 0,
      compared: 0,
      unread: [],
      nowhere: [],
      drifts: 0,
      stopped: "another check of the addresses is running",
    };
  const subscriptions = await azure.subscriptions("all");
  const pass: CheckPass = {
    ...startPass(run, clock, subscriptions),
    with: services,
    runs: addressCheck,
    known: await digests.all(),
    ...(before?.endedAt === undefined ? {} : { checkedAt: before.endedAt }),
    partial: new Map(),
    nowhere: new Set([...services.declared.values()].flat()),
    drifts: new Map(),
    eventsNeeded: new Map(),
    failed: 0,
    publicIps: 0,
    compared: 0,
  };
  const ended = (await checkServices(pass)) && (await checkPublicIps(pass));
  if (ended) {
    await findUnlisted(pass);
    await readDirectly(pass);
    await watchServiceTags(services);
  }
  await endRun(addressCheck, services, pass.run, ended);
  // Only a complete inventory shows every subscription.
  if (ended && sawEverything(pass))
    await checkEventPaths({ ...services, ...services.events }, pass.eventsNeeded, subscriptions);
  const { publicIps, compared, unread, stopped } = pass;
  const nowhere = ended && sawEverything(pass) ? [...pass.nowhere].map(({ file }) => file) : [];
  if (nowhere.length > 0) log.warn("addresses are declared that match nothing observed", { nowhere });
  return {
    services: pass.services,
    publicIps,
    compared,
    unread: [...unread],
    nowhere,
    drifts: driftsOf(pass),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** The number of drifted addresses: of the resources compared in this pass, and by the digests of the others. */
function driftsOf({ drifts, known, with: { digests } }: CheckPass): number {
  const remembered = new Map([...known].map(([key, { drifts: count = 0 }]) => [key, count]));
  for (const [text, count] of drifts) remembered.set(digests.keyOf({ text }), count);
  return [...remembered.values()].reduce((sum, count) => sum + count, 0);
}
