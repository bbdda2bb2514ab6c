import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import type {
  Azure,
  FinalState,
  OperationStatus,
  PutOutcome,
} from "../../src/lib/connections/azure-connections.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import type { ReviewResult } from "../../src/lib/connections/review/ports.ts";
import type { Cause } from "../../src/lib/connections/record/connection-record.ts";
import { setConnectionState } from "../../simulator/api-management/change-connection.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/**
 * A workbench whose Azure takes minutes for an approval (recorded: 175 s), and one write to a service at a time. PUTs
 * and operations are answered here, by the workbench's clock; everything else by the simulator.
 */
export interface SlowAzure {
  readonly workbench: Workbench;
  azure: { -readonly [K in keyof Azure]: Azure[K] };
  readonly puts: ConnectionId[];
  /** The outcomes of the next PUTs; accepted if there is none. */
  answers: PutOutcome[];
  operationMs: number;
  underWay?: Operation;
  now(): number;
  come(id: ConnectionId, cause?: Cause): Promise<ReviewResult>;
  /** Lets time pass: Azure ends the operations that are due, and the queue delivers the messages that are due. */
  pass(ms: number, how?: { readonly echo?: boolean }): Promise<void>;
}

interface Operation {
  readonly id: ConnectionId;
  readonly doneAt: number;
  status: OperationStatus["kind"];
  readonly state: FinalState;
  readonly description: string;
}

export async function startSlowAzure(): Promise<SlowAzure> {
  const workbench = await startWorkbench();
  await workbench.calm();
  const now = () => workbench.services.clock.now().getTime();
  const come = (id: ConnectionId, cause: Cause = "event") => {
    const request = { id, cause, actor: "test", requestedAt: workbench.services.clock.now() };
    return review({ ...workbench.services, azure: slow.azure }, request);
  };

  async function finish({ id, state, description }: Operation, echo: boolean): Promise<void> {
    if (workbench.onAzure(id).status !== "Pending") return;
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), state, description);
    if (echo) await come(id);
  }

  const slow: SlowAzure = {
    workbench,
    azure: {
      ...workbench.services.azure,
      setState: ({ id }, state, description) => {
        slow.puts.push(id);
        const answer = slow.answers.shift();
        if (answer !== undefined) return Promise.resolve(answer);
        if (slow.underWay !== undefined && now() < slow.underWay.doneAt)
          return Promise.resolve({ kind: "busy", code: "PessimisticConcurrencyConflict" });
        slow.underWay = { id, doneAt: now() + slow.operationMs, status: "succeeded", state, description };
        const operation = `${id.text}/operationresults/x==`;
        return Promise.resolve({ kind: "accepted", operation, retryAfterMs: minuteMs });
      },
      operation: () => {
        const { underWay } = slow;
        if (underWay === undefined) return Promise.resolve({ kind: "unknown", reason: "not-found" });
        if (now() < underWay.doneAt) return Promise.resolve({ kind: "under-way", retryAfterMs: minuteMs });
        return Promise.resolve(
          underWay.status === "failed" ? { kind: "failed", code: "InternalFailure" } : { kind: "succeeded" },
        );
      },
    },
    puts: [],
    answers: [],
    operationMs: 175_000,
    now,
    come,
    pass: async (ms, { echo = true } = {}) => {
      workbench.pass(ms);
      const { underWay } = slow;
      if (underWay !== undefined && now() >= underWay.doneAt && underWay.status === "succeeded")
        await finish(underWay, echo);
      for (let at = 0; at < workbench.queued.length;) {
        const message = workbench.queued[at];
        if (message === undefined || message.at.getTime() > now()) at++;
        else {
          workbench.queued.splice(at, 1);
          await come(message.id, "retry");
        }
      }
    },
  };
  return slow;
}
