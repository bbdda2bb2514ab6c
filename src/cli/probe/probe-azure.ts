import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { armOrigin } from "../../lib/azure/allowed-requests.ts";
import { armClients } from "../../lib/azure/arm-clients.ts";
import { callQuota } from "../../lib/azure/call-quota.ts";
import { unknownReason } from "../../lib/azure/errors.ts";
import { minuteMs, type Clock } from "../../lib/clock.ts";
import { parseJson } from "../../lib/json.ts";
import type { UnknownReason } from "../../lib/policy/values/unknown-reason.ts";
import { ownQuota } from "../../lib/azure-quota.ts";
import { onAzure, onSimulator, readOnly } from "../../azure-or-simulator.ts";

/** A raw answer of Azure, or that none arrived. */
export type Answered = Call & (Response | NoResponse);

interface Call {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  /** When it ended, in milliseconds. */
  readonly at: number;
}

interface Response {
  readonly status: number;
  readonly retryAfter?: string;
  /** Where an operation is followed, by either header, with the host as Azure wrote it. */
  readonly location?: string;
  readonly asyncOperation?: string;
  readonly body: unknown;
}

interface NoResponse {
  readonly status: null;
  readonly failure: UnknownReason;
  readonly body: null;
}

export interface ProbeAzure {
  readonly get: (path: string) => Promise<Answered>;
  readonly query: (query: string, subscription: string) => Promise<Answered>;
  /** The only call that writes, by a client of its own. */
  readonly put: (path: string, body: object) => Promise<Answered>;
  readonly wait: (ms: number) => Promise<void>;
}

const timeoutMs = minuteMs;

export function probeAzure(endpoint: string | undefined, clock: Clock, wait: ProbeAzure["wait"]): ProbeAzure {
  const access = endpoint === undefined ? onAzure.arm : onSimulator(endpoint).arm;
  const options = { quota: callQuota(ownQuota(clock), clock) };
  const [reading, writing] = [armClients(readOnly(access), options), armClients(access, options)];
  const answer = async (sent: Omit<Call, "at">, ask: () => Promise<Response>): Promise<Answered> => {
    const received = await ask().catch((error: unknown): NoResponse => ({
      status: null,
      failure: unknownReason(error),
      body: null,
    }));
    return { ...sent, ...received, at: clock.now().getTime() };
  };
  const send = (method: "GET" | "PUT", path: string, body?: object): Promise<Answered> =>
    answer({ method, path }, async () => {
      const subscription = path.split("/")[2] ?? "";
      const { send: sendOne } = await (method === "GET" ? reading : writing).of(subscription);
      return fromResponse(await sendOne(method, armOrigin + path, AbortSignal.timeout(timeoutMs), body));
    });
  return {
    get: (path) => send("GET", path),
    put: (path, body) => send("PUT", path, body),
    query: (text, subscription) =>
      answer({ method: "POST", path: "/providers/Microsoft.ResourceGraph/resources" }, async () => {
        const graph = await reading.graph();
        const received: Response[] = [];
        const request = {
          query: text,
          subscriptions: [subscription],
          options: { resultFormat: "objectArray" as const },
        };
        const ended = await Promise.allSettled([
          graph.resources(request, {
            onResponse: ({ status, bodyAsText }: { status: number; bodyAsText?: string | null }) => {
              received.push({ status, body: jsonOf(bodyAsText ?? "") });
            },
            abortSignal: AbortSignal.timeout(timeoutMs),
          }),
        ]);
        // A refusal, for which the SDK throws, is an answer too.
        const [last] = received;
        if (last !== undefined) return last;
        throw ended[0].status === "rejected" ? ended[0].reason : new Error("the SDK showed no answer");
      }),
    wait,
  };
}

function fromResponse({ status, headers, bodyAsText }: PipelineResponse): Response {
  const [retryAfter, location, asyncOperation] = ["retry-after", "location", "azure-asyncoperation"].map(
    (name) => headers.get(name),
  );
  return {
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(location === undefined ? {} : { location }),
    ...(asyncOperation === undefined ? {} : { asyncOperation }),
    body: jsonOf(bodyAsText ?? ""),
  };
}

/** What an intermediary may answer instead of JSON is not kept, only how long it was. */
function jsonOf(text: string): unknown {
  if (text === "") return null;
  const parsed = parseJson(text);
  return parsed === undefined ? { notJson: text.length } : parsed;
}
