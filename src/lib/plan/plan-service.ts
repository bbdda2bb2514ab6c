import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import type { AzureReads, Connection, FactReads, Service } from "../connections/azure-connections.ts";
import { isTransientHold, transientAttemptsMax } from "../connections/decide.ts";
import type { Ledger } from "../connections/ledger.ts";
import { evaluateConnection, type Evaluation } from "../connections/review/evaluate.ts";
import { mapRead, type Read } from "../estate/read.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { isJudged, planApproval, type RecordedApprovals } from "./plan-approval.ts";
import type { Planned } from "./planned.ts";
import { memoizeReads } from "./memoize-reads.ts";

/** What the plan reads of a service and of its connections. */
export type PlanAzure = FactReads & Pick<AzureReads, "connection">;

export interface PlanServices {
  readonly azure: PlanAzure;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /**
   * What is known of a service's approvals beside what they are on Azure: who gave them, until when, and what was
   * announced.
   */
  readonly approvals: (service: Service) => Promise<RecordedApprovals>;
}

/** What each policy would do with the connections of a service, by the policies' order. */
export interface PlannedService {
  readonly service: string;
  readonly planned: readonly (readonly Planned[])[];
  /** What could not be read, with the reason. */
  readonly unread: readonly string[];
}

/** Wait before a fact is read again that could not be read for a transient reason; it grows with each attempt. */
const retryMs = 2_000;

/**
 * What `enforce` would do at a service under each of the policies, from one read of the facts. A connection that a
 * policy would decide counts as decided for those after it, as limits do. Nothing is recorded or written.
 */
export async function planService(
  { azure, clock, wait, approvals }: PlanServices,
  id: ServiceId,
  policies: readonly LoadedPolicy[],
): Promise<PlannedService> {
  const facts = memoizeReads(azure);
  const read = await facts.service(id);
  if (read.kind === "unknown") {
    // It may have been deleted since the inventory was written: then there is nothing to plan.
    const unread = read.reason === "not-found" ? [] : [`${id.text} (${read.reason})`];
    return { service: id.text, planned: policies.map(() => []), unread };
  }
  const { readable } = read.value;
  const known = readable.some(({ state }) => state === "Approved")
    ? await approvals(read.value)
    : new Map<string, never>();
  const isPlanned = ({ id: each, state }: Pick<Connection, "id" | "state">) =>
    state === "Pending" ||
    (state === "Approved" && policies.some((policy) => isJudged(policy, known.get(each.text), clock.now())));
  const { found, unread } = await readEach(azure, readable.filter(isPlanned));
  const planned: Planned[][] = [];
  for (const policy of policies) {
    const under = { azure: facts, clock, wait, policy };
    const decided = new Map<string, string>();
    const pending = await planPending(under, found, decided);
    // A grace stands between an approval and its end: by then, what is Pending is decided.
    planned.push([...pending, ...(await planApproved(under, found, { decided, known }))]);
  }
  return { service: id.text, planned, unread: [...unread, ...unreadable(read.value)] };
}

/** The connections that still are as they were listed, each from its own answer, as a review reads them. */
async function readEach(
  azure: PlanAzure,
  listed: readonly { readonly id: ConnectionId; readonly state: string }[],
) {
  const found: Connection[] = [];
  const unread: string[] = [];
  for (const { id, state } of listed) {
    const read = await azure.connection(id);
    if (read.kind === "known" && read.value.state === state) found.push(read.value);
    if (read.kind === "unknown" && read.reason !== "not-found") unread.push(`${id.text} (${read.reason})`);
  }
  return { found, unread };
}

function unreadable({ id, connections, unreadable: named = [] }: Service): string[] {
  if (connections.kind === "known") return [];
  return [`the list of connections of ${id.text} (${[connections.reason, ...named].join(": ")})`];
}

interface Under extends Pick<PlanServices, "clock" | "wait"> {
  readonly azure: FactReads;
  readonly policy: LoadedPolicy;
}

/** The verdicts on what is Pending, which are noted in `decided` as the states that they lead to. */
async function planPending(
  under: Under,
  found: readonly Connection[],
  decided: Map<string, string>,
): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const connection of found.filter(({ state }) => state === "Pending")) {
    const evaluation = await evaluate(under, connection, decided);
    const { kind, reasons } = evaluation.verdict;
    if (kind !== "hold") decided.set(connection.id.text, kind === "approve" ? "Approved" : "Rejected");
    planned.push(plannedOf(evaluation, { action: kind, reasons }));
  }
  return planned;
}

/** What becomes of approvals. One that is revoked is gone for those after it, so that a service keeps its last one. */
async function planApproved(
  under: Under,
  found: readonly Connection[],
  { decided, known }: { readonly decided: Map<string, string>; readonly known: RecordedApprovals },
): Promise<Planned[]> {
  const planned: Planned[] = [];
  const now = under.clock.now();
  for (const connection of found.filter(({ state }) => state === "Approved")) {
    if (!isJudged(under.policy, known.get(connection.id.text), now)) continue;
    const evaluation = await evaluate(under, connection, decided);
    const end = planApproval(evaluation, known, now);
    if (end === undefined) continue;
    if (end.action === "revoke") decided.set(connection.id.text, "Rejected");
    planned.push(plannedOf(evaluation, end));
  }
  return planned;
}

function plannedOf(
  { snapshot: { connection }, verdict: { rule, unknown, forMs } }: Evaluation,
  end: Pick<Planned, "action" | "reasons">,
): Planned {
  return {
    connection: connection.id.text,
    state: connection.state,
    ...end,
    ...(end.action !== "approve" || forMs === undefined ? {} : { forMs }),
    ...(rule === undefined ? {} : { rule }),
    unknown,
  };
}

/** Reads a fact again, as a review does, where Azure did not answer for the moment. */
async function evaluate(
  { azure, clock, policy, wait }: Under,
  connection: Connection,
  decided: ReadonlyMap<string, string>,
): Promise<Evaluation> {
  const services = {
    azure: { ...azure, service: async (id: ServiceId) => withDecided(await azure.service(id), decided) },
    clock,
    ledger: noRecords,
    policy: () => Promise.resolve(policy),
    mode: "enforce" as const,
  };
  for (let attempts = 1; ; attempts++) {
    const evaluation = await evaluateConnection(services, connection, []);
    if (!isTransientHold(evaluation.verdict) || attempts >= transientAttemptsMax) return evaluation;
    await wait(retryMs * attempts);
  }
}

/** The service as it will show the connections that were decided before. */
function withDecided(service: Read<Service>, decided: ReadonlyMap<string, string>): Read<Service> {
  const changed = (each: Connection) => ({ ...each, state: decided.get(each.id.text) ?? each.state });
  return mapRead(service, (found) => ({
    ...found,
    connections: mapRead(found.connections, (all) => all.map(changed)),
    readable: found.readable.map(changed),
  }));
}

/** The plan has no records: it knows of a service what Azure shows. */
const noRecords: Pick<Ledger, "connections"> = { connections: () => Promise.resolve({ items: [] }) };
