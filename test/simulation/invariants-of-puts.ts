import { valueOf, type Read } from "../../src/lib/estate/read.ts";
import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type {
  Azure,
  Connection,
  Endpoint,
  FinalState,
  PutOutcome,
  Service,
} from "../../src/lib/connections/azure.ts";
import type { ConnectionRecord, Decision, Link } from "../../src/lib/connections/record/connection-record.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { checkRevocation } from "./invariants-of-revocations.ts";
import { checkPersonsPut } from "./invariants-of-decisions.ts";
import { archivedEntry } from "./archiving.ts";
import { referenceOf, textOf } from "./facts-recorded.ts";
import { policiesWith } from "./policies.ts";
import type { Running } from "./run.ts";

/** A PUT that the app sent. */
interface Put {
  readonly at: number;
  readonly id: string;
  readonly state: FinalState;
  readonly decision?: string;
  /** Azure's answer; undefined until it arrives. */
  outcome?: PutOutcome["kind"];
}
/** A read that Azure answered. */
interface Seen<T> {
  readonly at: number;
  readonly invocation: number;
  readonly id: string;
  readonly read: Read<T>;
}

/** What the app read and sent in a run. */
export interface Witness {
  readonly puts: Put[];
  readonly connections: Seen<Connection>[];
  readonly endpoints: Seen<Endpoint>[];
  readonly services: Seen<Service>[];
  /** Connections that the app has not read since their last PUT. */
  readonly unlooked: Set<string>;
  /** The states that were asked for, by connection, fingerprint and policy. */
  readonly asked: Map<string, Set<FinalState>>;
}

const witnesses = new WeakMap<Running, Witness>();

export function witnessOf(running: Running): Witness {
  const found = witnesses.get(running) ?? {
    puts: [],
    connections: [],
    endpoints: [],
    services: [],
    unlooked: new Set(),
    asked: new Map(),
  };
  witnesses.set(running, found);
  return found;
}

const putTimeoutMs = 15_000;
const hourMs = 60 * 60_000;

/** Azure as the app sees it; checks every PUT against what was read before it. */
export function watchPuts(running: Running, azure: Azure): Azure {
  const { sim } = running;
  const witness = witnessOf(running);
  const seen = <T>(id: string, read: Read<T>): Seen<T> => ({
    at: sim.time.now(),
    invocation: sim.invocation().id,
    id,
    read,
  });
  return {
    ...azure,
    connection: async (id) => {
      witness.unlooked.delete(id.text);
      const read = await azure.connection(id);
      witness.connections.push(seen(id.text, read));
      return read;
    },
    endpoint: async (id) => {
      const read = await azure.endpoint(id);
      witness.endpoints.push(seen(id.text.toLowerCase(), read));
      return read;
    },
    service: async (id) => {
      const read = await azure.service(id);
      witness.services.push(seen(id.text, read));
      return read;
    },
    setState: async (connection, state, description) => {
      const { id } = connection;
      const put = await checkPut(running, witness, id, state);
      const outcome = await azure.setState(connection, state, description);
      put.outcome = outcome.kind;
      if (outcome.kind === "accepted" || outcome.kind === "unclear") witness.unlooked.add(id.text);
      return outcome;
    },
  };
}

async function checkPut(
  running: Running,
  witness: Witness,
  id: ConnectionId,
  state: FinalState,
): Promise<Put> {
  const { sim, rows } = running;
  const violated = (invariant: string, what: string) => {
    sim.violated(invariant, `PUT ${state} on ${id.connectionName}: ${what}`);
  };
  const check: PutCheck = { running, witness, id, state, violated };
  if (witness.unlooked.has(id.text)) violated("I10 look, don't guess", "no read followed the PUT before it");
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const record = await ledger.find(id);
  const decisionId = record?.decisionId ?? "";
  // The simulation archives much younger entries than the app.
  const entry = (await ledger.entry(decisionId)) ?? archivedEntry(running, decisionId);
  if (record === undefined || entry?.kind !== "decision" || record.phase !== "Applying")
    violated(
      "I9 audit",
      `its record is ${record?.phase ?? "missing"}, its decision ${entry?.kind ?? "missing"}`,
    );
  else {
    checkDecision(check, record, entry);
    checkReads(check, entry);
    checkLease(running, record, violated);
    // A person may decide otherwise than the policy did on the same facts.
    const decider = entry.person === undefined ? entry.policy.hash : entry.id;
    const key = `${id.text} ${entry.fingerprint} ${decider}`;
    const asked = witness.asked.get(key) ?? new Set();
    witness.asked.set(key, asked.add(state));
    if (asked.size > 1) violated("I4 one verdict", "the opposite state was asked for on the same facts");
  }
  checkPlaces(check, entry?.kind === "decision" && entry.person !== undefined);
  checkUnderWay(running, id, violated);
  const put: Put = {
    at: sim.time.now(),
    id: id.text,
    state,
    ...(entry === undefined ? {} : { decision: entry.id }),
  };
  witness.puts.push(put);
  return put;
}

type Violated = (invariant: string, what: string) => void;

/** A PUT that is about to be sent, and how to report what it breaks. */
interface PutCheck {
  readonly running: Running;
  readonly witness: Witness;
  readonly id: ConnectionId;
  readonly state: FinalState;
  readonly violated: Violated;
}

function checkDecision(
  { running, witness, state, violated }: PutCheck,
  record: ConnectionRecord,
  decision: Decision & Link,
): void {
  const wanted = state === "Approved" ? "approve" : "reject";
  if (decision.action === "revoke") checkRevocation(running, record, decision, witness.services);
  const decided = decision.person?.verdict ?? decision.verdict.kind;
  if (decision.connection !== record.id.text || decided !== wanted)
    violated("I1 justified", `its decision ${decision.id} is ${decided}`);
  if (decision.fingerprint !== record.fingerprint)
    violated("I1 justified", "its decision has another fingerprint than its record");
  const reference = referenceOf(decision, policiesWith(running.options.placesMax));
  if (decision.person !== undefined) checkPersonsPut(running, decision, reference);
  else if (reference !== wanted) violated("I1 justified", `the second evaluator says ${reference}`);
}

/** The decision rests on what Azure answered in this attempt, and on nothing guessed or remembered. */
function checkReads(
  { running: { sim }, witness, id, violated }: PutCheck,
  { at, facts, action }: Decision & Link,
): void {
  const { id: invocation } = sim.invocation();
  const mine = <T>(list: readonly Seen<T>[], wanted: string) =>
    list.findLast((each) => each.invocation === invocation && each.id === wanted);
  const connection = mine(witness.connections, id.text);
  const before = action === "revoke" ? "Approved" : "Pending";
  if (connection?.read.kind !== "known" || connection.read.value.state !== before)
    violated("I3 Pending only", `the last read did not show it as ${before}`);
  else if (connection.at < Date.parse(at)) violated("I3 Pending only", "it was not read after the decision");
  const endpointId = textOf(facts.known["endpoint.id"]).toLowerCase();
  const endpoint = mine(witness.endpoints, endpointId);
  const subnet =
    endpoint?.read.kind === "known" ? valueOf(endpoint.read.value.subnetId)?.split("/").at(-1) : undefined;
  if (facts.known["endpoint.subnet.name"] !== subnet)
    violated("I2 fail closed", `the endpoint was read in subnet ${subnet}, but the decision records another`);
}

function checkLease({ sim }: Running, { lease }: ConnectionRecord, violated: Violated): void {
  const { id } = sim.invocation();
  if (lease === undefined || !lease.owner.startsWith(`${id}-`))
    violated("I5 fencing", "another attempt holds the lease");
  else if (Date.parse(lease.until) - putTimeoutMs <= sim.time.now())
    violated("I5 fencing", "the lease ends before the PUT would");
}

/** Azure takes minutes for a write and one of a service at a time, so the app must not send another meanwhile. */
function checkUnderWay({ sim, world }: Running, id: ConnectionId, violated: Violated): void {
  const mine = `${id.service.text.toLowerCase()}/`;
  // The app cannot see a write whose connection was removed or decided by hand meanwhile.
  for (const { connection, before, doneAt } of world.operations.values())
    if (
      doneAt > sim.time.now() &&
      connection.state === before &&
      connection.id.toLowerCase().startsWith(mine) &&
      world.connection(connection.id) === connection
    )
      violated("I20 one write", `the write of ${connection.id.split("/").at(-1)} is still under way`);
}

/** The hour's cap holds for everybody. A limit of the policy leaves its decision to a person. */
function checkPlaces(
  { running, witness: { puts }, id, state, violated }: PutCheck,
  isPersonal: boolean,
): void {
  const { sim, world, options } = running;
  if (state !== "Approved") return;
  const now = sim.time.now();
  // A PUT that Azure was too busy for, or refused, approved nothing.
  const recent = puts.filter(
    (put) =>
      put.state === "Approved" &&
      put.at > now - hourMs &&
      put.outcome !== "busy" &&
      put.outcome !== "refused",
  );
  if (recent.length >= options.ceilings.approvalsPerHour)
    violated("I12 quota", `${recent.length + 1} approvals within an hour`);
  if (isPersonal) return;
  const service = world.services.get(id.service.text.toLowerCase());
  const ours = [...(service?.connections.values() ?? [])].filter(
    (each) => each.state === "Approved" && each.description.startsWith("drawbridge "),
  );
  if (ours.filter((each) => each.id !== id.text).length >= options.placesMax)
    violated("I16 places", `more than ${options.placesMax} connections would be approved`);
}
