import type { HttpRequest, HttpResponseInit, InvocationContext, StorageQueueOutput } from "@azure/functions";
import { parseLargeScope, type LargeScope } from "../lib/connections/reevaluation/large-scope.ts";
import {
  beginReevaluation,
  reevaluationStatus,
  type ReevaluationServices,
} from "../lib/connections/reevaluation/reevaluation.ts";
import { parseConnectionId, parseServiceId } from "../lib/azure/resource-id.ts";
import {
  reevaluate as reevaluateScope,
  type Reevaluation,
} from "../lib/connections/reevaluation/reevaluate.ts";
import { plusMs } from "../lib/clock.ts";
import { unchangedResult } from "../lib/connections/review/result.ts";
import { judgeScope } from "../lib/estate/scope.ts";
import { parseJson } from "../lib/json.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./access.ts";
import { reevaluationMessage } from "./continue-reevaluation.ts";
import { json, problem, type Asked } from "./http.ts";

const bodyMax = 64 * 1024;
/** Azure's front waits for 230 s, and the last review may take a minute where Azure is slow. */
const timeMaxMs = 2 * 60_000;

/**
 * `POST /api/reevaluate`: reviews one connection or one service now, or says what a review would do; a larger scope is
 * gone through by the queue, and its status says how far.
 */
export function reevaluate(services: ReevaluationServices, queue: StorageQueueOutput) {
  return async (
    request: Pick<HttpRequest, "text">,
    { extraOutputs }: Pick<InvocationContext, "extraOutputs">,
    caller?: Caller,
  ): Promise<HttpResponseInit> => {
    const asked = readBody(await request.text(), caller);
    if ("refusal" in asked) return asked.refusal;
    const { scope, ...how } = asked.wants;
    if (scope.kind !== "connection" && scope.kind !== "service") {
      const { id, begun } = await beginReevaluation(services, scope, how);
      if (begun) extraOutputs.set(queue, [reevaluationMessage(id)]);
      const location = `/api/reevaluations/${id}`;
      return { ...json({ id, status: location }, 202), headers: { location, "cache-control": "no-store" } };
    }
    const service = scope.kind === "service" ? scope : scope.service;
    const governed = await judgeScope(services, service);
    if (governed === "unknown")
      return problem(
        502,
        "the scope could not be read",
        "whether the service is governed could not be read; try again",
      );
    if (governed === "no")
      return problem(
        403,
        "not governed",
        "the scope is outside what this Drawbridge governs (DRAWBRIDGE_SCOPE_*)",
      );
    const beginBy = plusMs(services.clock.now(), timeMaxMs);
    const found = await reevaluateScope(services, { ...how, scope, beginBy });
    if (found.kind === "known") {
      const left = found.value.left.map((id) => unchangedResult(id, "there was no time for it; ask again"));
      return json({ results: [...found.value.results, ...left] });
    }
    return found.reason === "not-found"
      ? problem(404, "there is no such service")
      : problem(
          502,
          "the service could not be read",
          `Azure's answer: ${found.reason}; try again in a moment`,
        );
  };
}

function readBody(
  text: string,
  caller: Caller,
): Asked<Pick<Reevaluation, "dryRun" | "states" | "actor"> & { scope: Reevaluation["scope"] | LargeScope }> {
  const refuse = (detail: string) => ({ refusal: problem(400, "the request cannot be understood", detail) });
  if (text.length > bodyMax) return refuse("the body is larger than 64 KiB");
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return refuse("the body must be a JSON object");
  const known = ["scope", "dryRun", "states"];
  const extra = Object.keys(body).find((key) => !known.includes(key));
  if (extra !== undefined) return refuse(`the body may hold ${known.join(", ")} and nothing else`);
  const { scope: named, dryRun = false, states = ["Pending"] } = body as Readonly<Record<string, unknown>>;
  const scope =
    typeof named === "string"
      ? (parseConnectionId(named) ?? parseServiceId(named) ?? parseLargeScope(named))
      : undefined;
  if (scope === undefined)
    return refuse(
      'scope must be "all", or the ARM id of a connection, service, resource group, subscription or management group',
    );
  if (typeof dryRun !== "boolean") return refuse("dryRun must be true or false");
  if (!Array.isArray(states) || !states.every((state) => typeof state === "string"))
    return refuse('states must be a list of states, such as ["Pending"]');
  return { wants: { scope, dryRun, states, actor: caller === undefined ? "http" : `http:${caller}` } };
}

/** `GET /api/reevaluations/{id}`: how far the reevaluation of a large scope has come, and what came of it. */
export function reevaluations({ appState }: Pick<Services, "appState">) {
  return async ({ params }: Pick<HttpRequest, "params">): Promise<HttpResponseInit> => {
    const found = await reevaluationStatus(appState, params.id ?? "");
    if (found === undefined) return problem(404, "there is no such reevaluation");
    const { endedAt, failed } = found;
    const status = failed !== undefined ? "failed" : endedAt === undefined ? "running" : "ended";
    return json({ status, ...found });
  };
}
