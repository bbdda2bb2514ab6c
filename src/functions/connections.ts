import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { parseServiceId } from "../lib/azure/resource-id.ts";
import type { ConnectionRecord, Phase } from "../lib/connections/record/record.ts";
import type { Services } from "../services.ts";
import { badContinuation, json, listed, pageOf, problem } from "./http.ts";

const phases: readonly Phase[] = [
  "Seen",
  "Decided",
  "Applying",
  "Applied",
  "Held",
  "Failed",
  "Gone",
  "Adopted",
  "Overridden",
];

/** `GET /api/connections?service=&phase=&top=&continuation=`: where each connection stands. */
export function connections({ ledger }: Pick<Services, "ledger">) {
  return async (request: Pick<HttpRequest, "query">): Promise<HttpResponseInit> => {
    const page = pageOf(request);
    if ("refusal" in page) return page.refusal;
    const service = parseServiceId(request.query.get("service") ?? "");
    if (request.query.has("service") && service === undefined)
      return problem(400, "service is not usable", "service must be the ARM id of an API Management service");
    const named = request.query.get("phase");
    const phase = phases.find((each) => each.toLowerCase() === named?.toLowerCase());
    if (named !== null && phase === undefined)
      return problem(400, "phase is not usable", `phase must be one of ${phases.join(", ")}`);
    const filter = {
      ...(service === undefined ? {} : { service }),
      ...(phase === undefined ? {} : { phase }),
    };
    const found = await listed(() => ledger.connections(filter, page.wants));
    if (found === undefined) return badContinuation();
    const { items, continuation } = found;
    return json({ connections: items.map(print), ...(continuation === undefined ? {} : { continuation }) });
  };
}

/** Without the address at which a write is followed: Azure signs it, and it is nobody else's to follow. */
function print({ id, version: _, lease: _lease, write, ...record }: ConnectionRecord) {
  const sent = write === undefined ? {} : { sentAt: write.sentAt };
  return { connection: id.text, service: id.service.text, ...record, ...sent };
}
