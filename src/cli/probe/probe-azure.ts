import { armClients } from "../../lib/azure/arm-clients.ts";
import { budget } from "../../lib/azure/budget.ts";
import { ownQuota } from "../../lib/quota.ts";
import { onAzure, onSimulator, readOnly } from "../../azure-or-simulator.ts";
import type { Terminal } from "../command.ts";

/** A raw answer of Azure. */
export interface Answered {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly status: number;
  readonly retryAfter?: string;
  /** Where an operation is followed. */
  readonly location?: string;
  readonly body: unknown;
}

export interface ProbeAzure {
  readonly get: (path: string) => Promise<Answered>;
  readonly query: (query: string, subscription: string) => Promise<Answered>;
  /** The only call that writes, by a client of its own. */
  readonly put: (path: string, body: object) => Promise<Answered>;
}

const arm = "https://management.azure.com";
const timeoutMs = 60_000;

export function probeAzure(endpoint: string | undefined, { clock }: Pick<Terminal, "clock">): ProbeAzure {
  const access = endpoint === undefined ? onAzure.arm : onSimulator(endpoint).arm;
  const options = { budget: budget(ownQuota(clock), clock) };
  const [reading, writing] = [armClients(readOnly(access), options), armClients(access, options)];
  const send = async (method: "GET" | "PUT", path: string, body?: object): Promise<Answered> => {
    const subscription = path.split("/")[2] ?? "";
    const { send: sendOne } = await (method === "GET" ? reading : writing).of(subscription);
    const { status, headers, bodyAsText } = await sendOne(
      method,
      arm + path,
      AbortSignal.timeout(timeoutMs),
      body,
    );
    const [retryAfter, location] = [headers.get("retry-after"), headers.get("location")];
    return {
      method,
      path,
      status,
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(location === undefined ? {} : { location: location.replace(/^https?:\/\/[^/]+/, "") }),
      body: jsonOf(bodyAsText ?? ""),
    };
  };
  return {
    get: (path) => send("GET", path),
    put: (path, body) => send("PUT", path, body),
    query: async (query, subscription) => {
      const graph = await reading.graph();
      let answer = { status: 0, body: "" };
      const onResponse = (response: { readonly status: number; readonly bodyAsText?: string | null }) => {
        answer = { status: response.status, body: response.bodyAsText ?? "" };
      };
      const request = {
        query,
        subscriptions: [subscription],
        options: { resultFormat: "objectArray" as const },
      };
      await graph
        .resources(request, { onResponse, abortSignal: AbortSignal.timeout(timeoutMs) })
        // A refusal is an answer too.
        .catch((error: unknown) => {
          if (answer.status === 0) throw error;
        });
      return {
        method: "POST",
        path: "/providers/Microsoft.ResourceGraph/resources",
        status: answer.status,
        body: jsonOf(answer.body),
      };
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return text === "" ? null : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof SyntaxError) return { notJson: text.length };
    throw error;
  }
}
