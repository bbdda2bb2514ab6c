import type { HttpRequest, HttpResponseInit, InvocationContext, StorageQueueOutput } from "@azure/functions";
import { minuteMs, plusMs } from "../lib/clock.ts";
import type { LargeScope } from "../lib/connections/reevaluation/large-scope.ts";
import {
  reevaluate as reevaluateScope,
  type ReevaluationRequest,
} from "../lib/connections/reevaluation/reevaluate.ts";
import {
  beginReevaluation,
  reevaluationStatus,
  type ReevaluationServices,
} from "../lib/connections/reevaluation/reevaluation.ts";
import { missingScope } from "../lib/connections/reevaluation/missing-scope.ts";
import { unchangedResult } from "../lib/connections/review/result.ts";
import { readGoverned } from "../lib/estate/scope.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./access.ts";
import { reevaluationMessage } from "./continue-reevaluation.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readBody, readQuery } from "./http/read-request.ts";
import { reevaluationBody } from "./http/requests.ts";
import { resolveNames } from "./http/resolve-names.ts";
import { json, problem } from "./http/respond.ts";

/** Azure's load balancer drops a request after 230 s, and the last review may take a minute where Azure is slow. */
const timeMaxMs = 2 * minuteMs;

type Request = Parameters<typeof beginReevaluation>[2];
type SmallScope = ReevaluationRequest["scope"];

/**
 * `POST /api/reevaluate`: reviews one connection or the connections of one service now, or reports what a review would
 * do. A larger scope is queued, and the answer names its status.
 */
export function reevaluate(
  services: ReevaluationServices & Pick<Services, "listings">,
  queue: StorageQueueOutput,
) {
  return async (
    request: Pick<HttpRequest, "query" | "text" | "url">,
    { extraOutputs }: Pick<InvocationContext, "extraOutputs">,
    caller?: Caller,
  ): Promise<HttpResponseInit> => {
    const read = await readBody(reevaluationBody, request);
    if ("refusal" in read) return read.refusal;
    const resolved = await resolveNames(services, read.value);
    if ("refusal" in resolved) return resolved.refusal;
    const { scope, dryRun = false, states = ["Pending"] } = resolved.value;
    const asked = { dryRun, states, ...actorOf(caller) };
    if (scope.kind === "connection" || scope.kind === "service") return reviewNow(services, scope, asked);
    const missing = await missingScope(services, scope satisfies LargeScope);
    if (missing !== undefined) return problem(404, "there is no such scope", { detail: missing });
    const { id, needsMessage } = await beginReevaluation(services, scope, asked);
    if (needsMessage) extraOutputs.set(queue, [reevaluationMessage(id)]);
    const location = `/api/reevaluations/${id}`;
    return json<Answer<"ReevaluationStarted">>({ id, status: location }, 202, { location });
  };
}

function actorOf(caller: Caller | undefined): Pick<Request, "actor" | "actorObjectId"> {
  if (caller === undefined) return { actor: "http" };
  const { name, objectId } = caller;
  return { actor: `http:${name}`, ...(objectId === undefined ? {} : { actorObjectId: objectId }) };
}

async function reviewNow(
  services: ReevaluationServices,
  scope: SmallScope,
  asked: Request,
): Promise<HttpResponseInit> {
  const governed = await readGoverned(services, scope.kind === "service" ? scope : scope.service);
  if (governed === "unknown")
    return problem(502, "the scope could not be read", {
      detail: "whether the service is governed could not be read; try again",
    });
  if (governed === "no")
    return problem(403, "not governed", {
      detail: "the scope is outside what this Drawbridge governs (DRAWBRIDGE_SCOPE_*)",
    });
  const startBefore = plusMs(services.clock.now(), timeMaxMs);
  const found = await reevaluateScope(services, { ...asked, scope, startBefore });
  if (found.kind === "known") {
    const remaining = found.value.remaining.map((id) =>
      unchangedResult(id, "there was no time for it; ask again"),
    );
    return json<Answer<"Reevaluated">>({ results: [...found.value.results, ...remaining] });
  }
  if (found.reason === "not-found") return problem(404, "there is no such service");
  return problem(502, "the service could not be read", {
    detail: `Azure's answer: ${found.reason}; try again in a moment`,
  });
}

/** `GET /api/reevaluations/{id}`: progress and results of the reevaluation of a larger scope. */
export function reevaluations({ appState }: Pick<Services, "appState">) {
  return async (request: Pick<HttpRequest, "params" | "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const found = await reevaluationStatus(appState, request.params.id ?? "");
    if (found === undefined) return problem(404, "there is no such reevaluation");
    const { endedAt, failed } = found;
    const status = failed !== undefined ? "failed" : endedAt === undefined ? "running" : "ended";
    return json<Answer<"ReevaluationStatus">>({ status, ...found });
  };
}
