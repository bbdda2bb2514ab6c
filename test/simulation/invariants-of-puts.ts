import { valueOf, type Read } from "../../src/lib/estate/read.ts";
import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type { Azure, FinalState } from "../../src/lib/connections/azure-connections.ts";
import type {
  ConnectionRecord,
  Decision,
  Entry,
  Link,
} from "../../src/lib/connections/record/connection-record.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { checkRevocation } from "./invariants-of-revocations.ts";
import { checkPersonsPut } from "./invariants-of-persons.ts";
import { checkRecorded } from "./invariants-of-audit.ts";
import { checkLeaseOfPut } from "./invariants-of-leases.ts";
import { checkApprovalsPerHour } from "./invariants-of-quota.ts";
import { archivedEntry } from "./archiving.ts";
import { referenceOf, textOf } from "./facts-recorded.ts";
import { policiesWith } from "./policies.ts";
import type { Running } from "./run.ts";
import { observedCallsOf, type Put, type PutCheck, type Seen, type ObservedCalls } from "./observed-calls.ts";

/** Azure as the app sees it; checks every PUT against what was read before it. */
export function watchPuts(running: Running, azure: Azure): Azure {
  const { sim } = running;
  const observed = observedCallsOf(running);
  const seen = <T>(id: string, read: Read<T>): Seen<T> => ({
    at: sim.time.now(),
    invocation: sim.invocation().id,
    id,
    read,
  });
  return {
    ...azure,
    connection: async (id) => {
      observed.unreadSincePut.delete(id.text);
      const read = await azure.connection(id);
      observed.connections.push(seen(id.text, read));
      return read;
    },
    endpoint: async (id) => {
      const read = await azure.endpoint(id);
      observed.endpoints.push(seen(id.text.toLowerCase(), read));
      return read;
    },
    service: async (id) => {
      const read = await azure.service(id);
      observed.services.push(seen(id.text, read));
      return read;
    },
    setState: async (connection, state, description) => {
      const { id } = connection;
      const put = await checkPut(running, observed, id, state);
      const outcome = await azure.setState(connection, state, description);
      put.outcome = outcome.kind;
      if (outcome.kind === "accepted" || outcome.kind === "unclear") observed.unreadSincePut.add(id.text);
      return outcome;
    },
  };
}

async function checkPut(
  running: Running,
  observed: ObservedCalls,
  id: ConnectionId,
  state: FinalState,
): Promise<Put> {
  const { sim, rows } = running;
  const violated = (invariant: string, what: string) => {
    sim.violated(invariant, `PUT ${state} on ${id.connectionName}: ${what}`);
  };
  const check: PutCheck = { running, observed, id, state, violated };
  if (observed.unreadSincePut.has(id.text))
    violated("I10 look, don't guess", "no read followed the PUT before it");
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const record = await ledger.find(id);
  const decisionId = record?.decisionId ?? "";
  // The simulation archives much younger entries than the app.
  const entry = (await ledger.entry(decisionId)) ?? archivedEntry(running, decisionId);
  const isRecorded = checkRecorded(check, record, entry);
  if (isRecorded && record !== undefined && entry?.kind === "decision") {
    checkDecision(check, record, entry);
    checkReads(check, entry);
    checkLeaseOfPut(check, record);
    checkOneVerdict(check, entry);
  }
  checkApprovalsPerHour(check);
  if (entry?.kind !== "decision" || entry.person === undefined) checkPlaces(check);
  checkUnderWay(check);
  const put: Put = {
    at: sim.time.now(),
    id: id.text,
    state,
    ...(entry === undefined ? {} : { decision: entry.id }),
  };
  observed.puts.push(put);
  return put;
}

/** I1. */
function checkDecision(
  { running, observed, state, violated }: PutCheck,
  record: ConnectionRecord,
  decision: Decision & Link,
): void {
  const wanted = state === "Approved" ? "approve" : "reject";
  if (decision.action === "revoke") checkRevocation(running, record, decision, observed.services);
  const decided = decision.person?.verdict ?? decision.verdict.kind;
  if (decision.connection !== record.id.text || decided !== wanted)
    violated("I1 justified", `its decision ${decision.id} is ${decided}`);
  if (decision.fingerprint !== record.fingerprint)
    violated("I1 justified", "its decision has another fingerprint than its record");
  const reference = referenceOf(decision, policiesWith(running.options.placesMax));
  if (decision.person !== undefined) checkPersonsPut(running, decision, reference);
  else if (reference !== wanted) violated("I1 justified", `the second evaluator says ${reference}`);
}

/** I2, I3: the decision rests on what Azure answered in this attempt, and on nothing guessed or remembered. */
function checkReads(
  { running: { sim }, observed, id, violated }: PutCheck,
  { at, facts, action }: Decision & Link,
): void {
  const { id: invocation } = sim.invocation();
  const mine = <T>(list: readonly Seen<T>[], wanted: string) =>
    list.findLast((each) => each.invocation === invocation && each.id === wanted);
  const connection = mine(observed.connections, id.text);
  const before = action === "revoke" ? "Approved" : "Pending";
  if (connection?.read.kind !== "known" || connection.read.value.state !== before)
    violated("I3 Pending only", `the last read did not show it as ${before}`);
  else if (connection.at < Date.parse(at)) violated("I3 Pending only", "it was not read after the decision");
  const endpointId = textOf(facts.known["endpoint.id"]).toLowerCase();
  const endpoint = mine(observed.endpoints, endpointId);
  const subnet =
    endpoint?.read.kind === "known" ? valueOf(endpoint.read.value.subnetId)?.split("/").at(-1) : undefined;
  if (facts.known["endpoint.subnet.name"] !== subnet)
    violated("I2 fail closed", `the endpoint was read in subnet ${subnet}, but the decision records another`);
}

/** I4. A person may decide otherwise than the policy did on the same facts. */
function checkOneVerdict(
  { observed, id, state, violated }: PutCheck,
  { person, policy, id: decisionId, fingerprint }: Decision & Link,
): void {
  const key = `${id.text} ${fingerprint} ${person === undefined ? policy.hash : decisionId}`;
  const asked = observed.asked.get(key) ?? new Set();
  observed.asked.set(key, asked.add(state));
  if (asked.size > 1) violated("I4 one verdict", "the opposite state was asked for on the same facts");
}

/** I20. Azure takes minutes for a write and one of a service at a time, so the app must not send another meanwhile. */
function checkUnderWay({ running: { sim, world }, id, violated }: PutCheck): void {
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

/** I16. A limit of the policy leaves its decision to a person, so it does not bind one. */
function checkPlaces({ running, id, state, violated }: PutCheck): void {
  const { world, options } = running;
  if (state !== "Approved") return;
  const service = world.services.get(id.service.text.toLowerCase());
  const ours = [...(service?.connections.values() ?? [])].filter(
    (each) => each.state === "Approved" && each.description.startsWith("drawbridge "),
  );
  if (ours.filter((each) => each.id !== id.text).length >= options.placesMax)
    violated("I16 places", `more than ${options.placesMax} connections would be approved`);
}

/** I10: what is recorded as Applied was read in that state before. */
export function checkApplied(running: Running, entries: readonly Entry[]): void {
  const { sim } = running;
  const { connections } = observedCallsOf(running);
  for (const entry of entries) {
    if (entry.kind !== "outcome" || entry.phase !== "Applied") continue;
    const looked = connections.some(
      ({ at, id, read }) =>
        id === entry.connection &&
        at <= Date.parse(entry.at) &&
        read.kind === "known" &&
        read.value.state === entry.state,
    );
    if (!looked)
      sim.violated("I10 look, don't guess", `${entry.id} is Applied, but no read showed that state`);
  }
}
