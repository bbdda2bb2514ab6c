import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { hourMs } from "../../src/lib/clock.ts";
import type { Azure } from "../../src/lib/connections/azure-connections.ts";
import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";
import { connectionKey, connectionPrefix } from "../../src/lib/state/keys.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import type { RowCheck } from "./rows.ts";
import type { Running } from "./run.ts";

/** The wait that Azure names, within these bounds; a refused PUT is not sent again for an hour. */
const busyMs = { min: 5_000, max: hourMs };
const refusedMs = hourMs;

interface Answered {
  readonly decision: string | undefined;
  readonly notBefore: number;
  readonly why: string;
}

interface Waiting {
  /** The answer to the last PUT of each connection, where it says how long to wait. */
  readonly answered: Map<string, Answered>;
  /** Invocations that Azure asked to wait, each with its connection's row. */
  readonly askedToWait: Set<string>;
}

const all = new WeakMap<Running, Waiting>();

function waitingOf(running: Running): Waiting {
  const found = all.get(running) ?? { answered: new Map(), askedToWait: new Set() };
  all.set(running, found);
  return found;
}

/**
 * I21: a PUT of the same decision is sent again only after the wait that Azure named. In a simulation, no operator asks
 * for it earlier; another decision of a person may be sent at once.
 */
export function watchWaiting(running: Running, azure: Azure): Azure {
  const { sim, rows } = running;
  const { answered, askedToWait } = waitingOf(running);
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const noteAskedToWait = (id: ConnectionId) =>
    askedToWait.add(`${sim.invocation().id} ${connectionKey(id).row}`);
  return {
    ...azure,
    operation: async (id, operation) => {
      const status = await azure.operation(id, operation);
      if (status.kind === "under-way") noteAskedToWait(id);
      return status;
    },
    setState: async (connection, state, description) => {
      const { id } = connection;
      const decision = (await ledger.find(id))?.decisionId;
      const last = answered.get(id.text);
      if (last !== undefined && last.decision === decision && sim.time.now() < last.notBefore)
        sim.violated("I21 retry delay", `PUT on ${id.connectionName}, although ${last.why}`);
      answered.delete(id.text);
      const outcome = await azure.setState(connection, state, description);
      if (outcome.kind === "busy") {
        noteAskedToWait(id);
        const ms = Math.min(busyMs.max, Math.max(busyMs.min, outcome.retryAfterMs ?? 0));
        const why = `Azure was busy, for ${ms / 1_000} s`;
        answered.set(id.text, { decision, notBefore: sim.time.now() + ms, why });
      } else if (outcome.kind === "refused")
        answered.set(id.text, { decision, notBefore: sim.time.now() + refusedMs, why: "Azure refused it" });
      return outcome;
    },
  };
}

/** I21: a wait that Azure asked for does not count as a failed attempt. */
export const checkAttempts: RowCheck = (running, { row, value }, before) => {
  const { sim } = running;
  if (!row.startsWith(connectionPrefix)) return;
  if (!waitingOf(running).askedToWait.has(`${sim.invocation().id} ${row}`)) return;
  const was = before?.value as Partial<Attempts> | undefined;
  const is = value as Partial<Attempts>;
  if ((is.attempts ?? 0) > (was?.attempts ?? 0))
    sim.violated("I21 retry delay", "a wait was counted as an attempt");
  if (is.phase === "Failed" && was?.phase !== "Failed")
    sim.violated("I21 retry delay", "a wait made it Failed");
};

type Attempts = Pick<ConnectionRecord, "attempts" | "phase">;
