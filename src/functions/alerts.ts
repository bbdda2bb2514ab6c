import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { alertTypes, severityOf } from "../lib/alerts/severity.ts";
import type { Outbox } from "../lib/alerts/outbox.ts";
import { parseConnectionId } from "../lib/azure/resource-id.ts";
import { parseInstant } from "../lib/policy/values/instant.ts";
import type { Services } from "../services.ts";
import { addressedFrom, resourceExpected } from "./addresses.ts";
import { badContinuation, json, listed, pageOf, problem, type Asked } from "./http.ts";

/** `GET /api/alerts?resource=&kind=&from=&top=&continuation=`: what people were to be told. */
export function alerts({ delivery: { outbox } }: Pick<Services, "delivery">) {
  return async (request: Pick<HttpRequest, "query">): Promise<HttpResponseInit> => {
    const page = pageOf(request);
    if ("refusal" in page) return page.refusal;
    const filter = filterOf(request.query);
    if ("refusal" in filter) return filter.refusal;
    const found = await listed(() => outbox.alerts(filter.wants, page.wants));
    if (found === undefined) return badContinuation();
    const { items, continuation } = found;
    const printed = items.map((each) => ({ ...each, severity: severityOf[each.type] }));
    return json({ alerts: printed, ...(continuation === undefined ? {} : { continuation }) });
  };
}

function filterOf(query: HttpRequest["query"]): Asked<Parameters<Outbox["alerts"]>[0]> {
  const refuse = (detail: string) => ({ refusal: problem(400, "the filter is not usable", detail) });
  const named = query.get("resource");
  const owner =
    named === "app" ? named : (addressedFrom(named ?? "") ?? parseConnectionId(named ?? "")?.service);
  if (named !== null && owner === undefined) return refuse(`${resourceExpected}, or "app"`);
  const kind = query.get("kind");
  const type = alertTypes.find((each) => each.toLowerCase() === `drawbridge.${kind?.toLowerCase()}`);
  if (kind !== null && type === undefined)
    return refuse("kind must be a kind of alert, such as ConnectionHeld");
  const fromText = query.get("from");
  const from = fromText === null ? undefined : parseInstant(fromText);
  if (fromText !== null && from === undefined)
    return refuse("from must be an instant, such as 2026-12-01T00:00:00Z");
  return {
    wants: {
      ...(owner === undefined ? {} : { owner }),
      ...(type === undefined ? {} : { type }),
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    },
  };
}
