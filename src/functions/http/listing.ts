import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type * as v from "valibot";
import { ContinuationInvalid, type PageRequest } from "../../lib/page.ts";
import { json, problem } from "./respond.ts";
import { readQuery, type RequestSchema } from "./read-request.ts";
import { topDefault } from "./values.ts";

type Filter<S extends RequestSchema> = Omit<v.InferOutput<S>, keyof PageRequest>;

/** Answers `GET` of a listing: reads the filter and the page from the query, and refuses a foreign continuation. */
export function listing<S extends RequestSchema, T>(
  schema: S,
  list: (filter: Filter<S>, page: PageRequest) => Promise<T>,
) {
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(schema, request);
    if ("refusal" in read) return read.refusal;
    const { top = topDefault, continuation, ...filter } = read.value as Filter<S> & Partial<PageRequest>;
    try {
      const page = { top, ...(continuation === undefined ? {} : { continuation }) };
      return json(await list(filter as Filter<S>, page));
    } catch (error) {
      if (!(error instanceof ContinuationInvalid)) throw error;
      const detail = "continuation must be the continuation of the page before, unchanged";
      return problem(400, "the request is invalid", {
        detail,
        errors: [{ detail, parameter: "continuation" }],
      });
    }
  };
}
