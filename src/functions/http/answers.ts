import type * as v from "valibot";
import * as addresses from "./answers/addresses.ts";
import * as app from "./answers/app.ts";
import * as connections from "./answers/connections.ts";
import * as overviews from "./answers/overview.ts";
import * as reevaluations from "./answers/reevaluations.ts";

/**
 * Every answer of the API. A definition gives its type, for the app and for the command line, and its OpenAPI schema.
 * Other modules import only the types, so that the definitions are loaded with the OpenAPI document alone.
 */
export const answers = { ...app, ...connections, ...overviews, ...reevaluations, ...addresses };

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The type of an answer, by the name of its schema. */
export type Answer<Name extends keyof typeof answers> = DeepReadonly<v.InferInput<(typeof answers)[Name]>>;
