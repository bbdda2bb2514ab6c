import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type * as v from "valibot";
import { UnknownFilterValues } from "../../lib/estate/unknown-filter-value.ts";
import { ContinuationInvalid, type PageRequest } from "../../lib/page.ts";
import type { Services } from "../../services.ts";
import { readQuery, type Parsed, type RequestSchema } from "./read-request.ts";
import { refusalOf, refuseUnknown, resolveNames, type WithIds } from "./resolve-names.ts";
import { json, problem, type InvalidValue } from "./respond.ts";
import { topDefault } from "./values.ts";

/** The parameters of a listing without those of its page, and with `last` as an instant. */
type Filter<S extends RequestSchema> = Omit<WithIds<v.InferOutput<S>>, keyof PageRequest | "last">;

/** What every listing needs of the app. */
export type ListingServices = Pick<Services, "clock" | "ledger" | "listings">;

/**
 * Answers `GET` of a listing: reads the filter and the page from the query, and refuses a foreign continuation, and
 * values that name nothing known.
 */
export function listing<S extends RequestSchema, T>(
  services: ListingServices,
  schema: S,
  list: (filter: Filter<S>, page: PageRequest) => Promise<T>,
) {
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(schema, request);
    if ("refusal" in read) return read.refusal;
    const { top = topDefault, continuation, ...given } = read.value as object & Partial<PageRequest>;
    const ranged = rangeOf(given, services);
    if ("refusal" in ranged) return ranged.refusal;
    const resolved = await resolveNames(services, ranged.value);
    if ("refusal" in resolved) return resolved.refusal;
    const unknown = await refuseUnknown(services, resolved.value);
    if (unknown !== undefined) return unknown;
    try {
      const page = { top, ...(continuation === undefined ? {} : { continuation }) };
      return json(await list(resolved.value as Filter<S>, page));
    } catch (error) {
      if (error instanceof UnknownFilterValues)
        return refusalOf(error.values.map((each) => ({ status: 404, ...each })));
      if (!(error instanceof ContinuationInvalid)) throw error;
      return invalid("continuation", "continuation must be the continuation of the page before, unchanged");
    }
  };
}

interface Range {
  readonly from?: string;
  readonly to?: string;
  readonly last?: number;
}

/** `last` as an instant. */
function rangeOf({ last, ...given }: Range, { clock }: Pick<Services, "clock">): Parsed<Omit<Range, "last">> {
  if (last !== undefined && given.from !== undefined)
    return { refusal: invalid("last", "last and from exclude each other; give one of them") };
  const from = last === undefined ? given.from : new Date(clock.now().getTime() - last).toISOString();
  if (from !== undefined && given.to !== undefined && from >= given.to)
    return { refusal: invalid("to", "to must be later than from") };
  return { value: { ...given, ...(from === undefined ? {} : { from }) } };
}

function invalid(parameter: string, detail: string): HttpResponseInit {
  const errors: readonly InvalidValue[] = [{ detail, parameter }];
  return problem(400, "the request is invalid", { detail, errors });
}
