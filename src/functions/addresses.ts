import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Addressed, AddressFilter, AddressRecord } from "../lib/addresses/model/baseline.ts";
import { addressKinds, type AddressKind } from "../lib/addresses/model/tier.ts";
import { parsePublicIpId, parseServiceId } from "../lib/azure/resource-id.ts";
import { normaliseLocation } from "../lib/policy/values/location.ts";
import type { Services } from "../services.ts";
import { badContinuation, json, listed, pageOf, problem, type Asked } from "./http.ts";

/** `GET /api/addresses?resource=&kind=&location=&drifted=&top=&continuation=`: what is there, and what is held to be right. */
export function addresses({ addresses: { baselines } }: Pick<Services, "addresses">) {
  return async (request: Pick<HttpRequest, "query">): Promise<HttpResponseInit> => {
    const page = pageOf(request);
    if ("refusal" in page) return page.refusal;
    const filter = filterOf(request.query);
    if ("refusal" in filter) return filter.refusal;
    const found = await listed(() => baselines.list(filter.wants, page.wants));
    if (found === undefined) return badContinuation();
    const { items, continuation } = found;
    return json({
      addresses: items.map(printRecord),
      ...(continuation === undefined ? {} : { continuation }),
    });
  };
}

/** `GET /api/addresses/history?resource=&top=&continuation=`: what changed of one resource, the oldest first. */
export function addressHistory({ addresses: { baselines } }: Pick<Services, "addresses">) {
  return async (request: Pick<HttpRequest, "query">): Promise<HttpResponseInit> => {
    const page = pageOf(request);
    if ("refusal" in page) return page.refusal;
    const resource = addressedFrom(request.query.get("resource") ?? "");
    if (resource === undefined) return problem(400, "resource is not usable", resourceExpected);
    const found = await listed(() => baselines.history(resource, page.wants));
    if (found === undefined) return badContinuation();
    const { items, continuation } = found;
    return json({
      resource: resource.text,
      changes: items,
      ...(continuation === undefined ? {} : { continuation }),
    });
  };
}

export const resourceExpected =
  "resource must be the ARM id of an API Management service or of a public IP address";

export function addressedFrom(text: string): Addressed | undefined {
  return parseServiceId(text) ?? parsePublicIpId(text);
}

export function kindFrom(text: unknown): AddressKind | undefined {
  return addressKinds.find((each) => each === text);
}

function filterOf(query: HttpRequest["query"]): Asked<AddressFilter> {
  const refuse = (detail: string) => ({ refusal: problem(400, "the filter is not usable", detail) });
  const [named, kindText, location, drifted] = ["resource", "kind", "location", "drifted"].map((name) =>
    query.get(name),
  );
  const resource = addressedFrom(named ?? "");
  if (typeof named === "string" && resource === undefined) return refuse(resourceExpected);
  const kind = kindFrom(kindText);
  if (typeof kindText === "string" && kind === undefined)
    return refuse(`kind must be one of ${addressKinds.join(", ")}`);
  if (typeof drifted === "string" && drifted !== "true" && drifted !== "false")
    return refuse("drifted must be true or false");
  return {
    wants: {
      ...(resource === undefined ? {} : { resource }),
      ...(kind === undefined ? {} : { kind }),
      ...(typeof location === "string" ? { location: normaliseLocation(location) } : {}),
      ...(typeof drifted === "string" ? { drifted: drifted === "true" } : {}),
    },
  };
}

/** What one record is, in a word: right, drifted, not to be told at the moment, or nobody's concern. */
function stateOf(record: AddressRecord): string {
  if (record.leftAt !== undefined) return "not watched";
  if (record.goneAt !== undefined) return "gone";
  if (record.vacatedAt !== undefined) return "vacated";
  if (record.drift !== undefined) return "drifted";
  if (record.unsettled !== undefined) return "unknown";
  return record.advice !== undefined || record.current.length === 0 ? "not applicable" : "right";
}

export function printRecord(record: AddressRecord) {
  const { version: _, heard: _heard, told: _told, unseen: _unseen, ...printed } = record;
  return { state: stateOf(record), ...printed };
}
