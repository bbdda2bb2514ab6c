import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { parseConnectionId, parseServiceId, type ServiceId } from "../lib/azure/resource-id.ts";
import type { EntryFilter } from "../lib/connections/ledger.ts";
import type { Entry } from "../lib/connections/record/record.ts";
import { parseInstant } from "../lib/policy/values/instant.ts";
import type { Services } from "../services.ts";
import { badContinuation, json, listed, pageOf, type Asked, problem } from "./http.ts";

/**
 * `GET /api/decisions?service=&connection=&kind=&verdict=&from=&to=&top=&continuation=` and `GET /api/decisions/{id}`: what was
 * decided, on which facts, and what became of it.
 */
export function decisions({ ledger }: Pick<Services, "ledger">) {
  return async (request: Pick<HttpRequest, "query" | "params">): Promise<HttpResponseInit> => {
    const { id } = request.params;
    if (id !== undefined) {
      const entry = await ledger.entry(id);
      return entry === undefined
        ? problem(
            404,
            "there is no such decision",
            "It may be in the archive: the entries of kind archival say what is.",
          )
        : json(entry);
    }
    const page = pageOf(request);
    if ("refusal" in page) return page.refusal;
    const filter = filterOf(request.query);
    if ("refusal" in filter) return filter.refusal;
    const found = await listed(() => ledger.entries(filter.wants, page.wants));
    if (found === undefined) return badContinuation();
    const { items, continuation } = found;
    return json({ decisions: items, ...(continuation === undefined ? {} : { continuation }) });
  };
}

type Filter = EntryFilter & { readonly service?: ServiceId };

function filterOf(query: HttpRequest["query"]): Asked<Filter> {
  const refuse = (detail: string) => ({ refusal: problem(400, "the filter is not usable", detail) });
  const named = query.get("connection");
  const connection = named === null ? undefined : parseConnectionId(named);
  if (named !== null && connection === undefined)
    return refuse("connection must be the ARM id of a private endpoint connection");
  const serviceText = query.get("service");
  const service = serviceText === null ? connection?.service : parseServiceId(serviceText);
  if (serviceText !== null && service === undefined)
    return refuse("service must be the ARM id of an API Management service");
  const kind = query.get("kind");
  if (kind !== null && !isKind(kind)) return refuse(`kind must be one of ${kinds.join(", ")}`);
  const verdict = query.get("verdict");
  if (verdict !== null && verdict !== "approve" && verdict !== "reject" && verdict !== "hold")
    return refuse("verdict must be approve, reject or hold");
  const [from, to] = [instantAt(query, "from"), instantAt(query, "to")];
  if (from === undefined || to === undefined)
    return refuse("from and to must be instants, such as 2026-12-01T00:00:00Z");
  return {
    wants: {
      ...(verdict === null ? {} : { verdict }),
      ...(from === "" ? {} : { from }),
      ...(to === "" ? {} : { to }),
      ...(service === undefined ? {} : { service }),
      ...(connection === undefined ? {} : { connection: connection.text }),
      ...(kind === null ? {} : { kind }),
    },
  };
}

const kinds: readonly Entry["kind"][] = ["decision", "outcome", "adoption", "archival"];

function isKind(text: string): text is Entry["kind"] {
  return kinds.some((each) => each === text);
}

/** An instant of a query as entries have theirs; "" where none is asked for, undefined for what is none. */
function instantAt(query: HttpRequest["query"], name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return "";
  const instant = parseInstant(text);
  return instant === undefined ? undefined : new Date(instant).toISOString();
}
