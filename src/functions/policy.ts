import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { deciderHash } from "../lib/decider-hash.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { json, problem } from "./http/respond.ts";

/** `GET /api/policy`: the policy that runs, as it was loaded, so that a caller can compare another one with it. */
export function policy(services: Pick<Services, "policy" | "mode">) {
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const loaded = await services.policy();
    if (loaded.kind === "invalid")
      return problem(409, "the policy does not load", { detail: loaded.problems.join("; ") });
    const { name, source } = loaded;
    const { files, parameters, values } = source;
    const hash = deciderHash(loaded, services.mode);
    return json<Answer<"Policy">>({ name, hash, files, parameters: parameters ?? null, values });
  };
}
