import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { decideHeld, type DecidedHeld } from "../lib/connections/decide-held.ts";
import { targetOf } from "../lib/connections/record/description.ts";
import type { ReviewServices } from "../lib/connections/review/ports.ts";
import { readGoverned } from "../lib/estate/scope.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./access.ts";
import type { Answer } from "./http/answers.ts";
import { readBody } from "./http/read-request.ts";
import { decisionBody } from "./http/requests.ts";
import { resolveNames } from "./http/resolve-names.ts";
import { json, problem } from "./http/respond.ts";

/**
 * `POST /api/connections/decide`: a person approves or rejects a connection that is held, or changes an approval that
 * waits. The caller's token names the person; a function key alone does not decide.
 */
export function decideConnection(services: ReviewServices & Pick<Services, "listings">) {
  return async (
    request: Pick<HttpRequest, "query" | "text" | "url">,
    _context?: unknown,
    caller?: Caller,
  ): Promise<HttpResponseInit> => {
    if (caller === undefined) return problem(403, "the token names nobody");
    const read = await readBody(decisionBody, request);
    if ("refusal" in read) return read.refusal;
    const { verdict, until } = read.value;
    if (until !== undefined && (verdict === "reject" || until <= services.clock.now().toISOString())) {
      const detail =
        verdict === "reject"
          ? "until is for an approval; a rejection is final"
          : "until must be in the future";
      return problem(400, "the request is invalid", { detail, errors: [{ detail, pointer: "#/until" }] });
    }
    const resolved = await resolveNames(services, read.value);
    if ("refusal" in resolved) return resolved.refusal;
    if ((await readGoverned(services, resolved.value.connection.service)) === "no")
      return problem(403, "not governed", {
        detail: "the connection is outside what this Drawbridge governs (DRAWBRIDGE_SCOPE_*)",
      });
    const { objectId } = caller;
    return respond(
      await decideHeld(services, {
        ...resolved.value,
        by: caller.name,
        ...(objectId === undefined ? {} : { objectId }),
      }),
    );
  };
}

function respond(outcome: DecidedHeld): HttpResponseInit {
  switch (outcome.kind) {
    case "unknown connection":
      return problem(404, "no such connection", { detail: "no review has seen this connection" });
    case "refused":
      return problem(409, "not decided", { detail: outcome.reason });
    case "decided": {
      const { record, waitsFor, decisionId } = outcome;
      const { id, phase, state, person } = record;
      if (person === undefined) throw new Error("a decision without a person");
      return json<Answer<"PersonalDecision">>({
        connection: id.text,
        verdict: person.verdict,
        by: person.by,
        ...(person.objectId === undefined ? {} : { objectId: person.objectId }),
        reason: person.reason,
        ...(person.until === undefined ? {} : { until: person.until }),
        phase,
        ...(state === undefined ? {} : { state }),
        applied: state === targetOf(person.verdict),
        ...(waitsFor === undefined ? {} : { waitsFor }),
        decisionId,
      });
    }
  }
}
