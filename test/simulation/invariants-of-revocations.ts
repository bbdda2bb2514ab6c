import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import type { Read } from "../../src/lib/estate/read.ts";
import type { Service } from "../../src/lib/connections/azure-connections.ts";
import type { ConnectionRecord, Decision, Link } from "../../src/lib/connections/record/connection-record.ts";
import type { RowCheck } from "./rows.ts";
import type { Running } from "./run.ts";

/** The permit for a revocation is acquired at most this long before its write is sent. */
const permitMs = 3 * minuteMs;
/** What the revoking policies of the simulation say. */
const graceMs = hourMs;

interface Revocations {
  /** Number of the run that the budget is of. */
  run: number;
  /** When sweeps renewed the budget, and when a revocation was sent. */
  readonly renewedAt: number[];
  readonly sentAt: number[];
}

const all = new WeakMap<Running, Revocations>();

function revocationsOf(running: Running): Revocations {
  const found = all.get(running) ?? { run: 0, renewedAt: [], sentAt: [] };
  all.set(running, found);
  return found;
}

/** A sweep began: its run has another number than the one before. */
function noteRun(running: Running, { run = 0 }: { readonly run?: number }): void {
  const revocations = revocationsOf(running);
  if (run === revocations.run) return;
  revocations.run = run;
  revocations.renewedAt.push(running.sim.time.now());
}

/** Notes when the budget is renewed. */
export const noteBudget: RowCheck = (running, { row, value }) => {
  if (row === "breaker-revocations") noteRun(running, value);
};

/**
 * I23: an approval is revoked by a policy that says so in a mode that applies it, after its notice and the grace,
 * within the run's budget, and never the last one of a service that is not reachable otherwise (every simulated one).
 */
export function checkRevocation(
  running: Running,
  { id, revocation }: ConnectionRecord,
  { mode, policy }: Decision & Link,
  services: readonly { readonly invocation: number; readonly id: string; readonly read: Read<Service> }[],
): void {
  const { sim, world, options } = running;
  const now = sim.time.now();
  const violated = (what: string) => {
    sim.violated("I23 revocation", `${id.connectionName} ${what}`);
  };
  if (mode !== "enforce") violated(`is revoked in mode ${mode}`);
  if (!policy.name.startsWith("brief")) violated(`is revoked by the policy ${policy.name}`);
  if (revocation === undefined || Date.parse(revocation.noticedAt) + graceMs > now)
    violated(`is revoked at once, after a notice at ${revocation?.noticedAt}`);
  if (revocation?.isBlocked === true) violated("is revoked although its last notice says that it is kept");
  const service = services.findLast(
    (each) => each.invocation === sim.invocation().id && each.id === id.service.text,
  );
  const connections = service?.read.kind === "known" ? service.read.value.connections : undefined;
  const others = (connections?.kind === "known" ? connections.value : []).filter(
    (each) => each.state === "Approved" && each.id.text !== id.text,
  );
  if (others.length === 0) violated("is the last approved connection in what the app read");
  const there = [...(world.services.get(id.service.text.toLowerCase())?.connections.values() ?? [])];
  const isLast = !there.some(
    (each) => each.state === "Approved" && each.id.toLowerCase() !== id.text.toLowerCase(),
  );
  if (isLast && now - world.changedAt > 5 * minuteMs) violated("is the last approved connection");
  const { renewedAt, sentAt } = revocationsOf(running);
  sentAt.push(now);
  const since = (renewedAt.at(-1) ?? 0) + permitMs;
  const max = options.rateLimits.revocationsPerRun;
  if (sentAt.filter((at) => at > since).length > max) violated(`exceeds the run's budget of ${max}`);
}
