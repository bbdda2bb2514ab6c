import type { HttpResponseInit } from "@azure/functions";

/** A rejected value of a request: what is wrong with it, and where it stands. */
export interface InvalidValue {
  readonly detail: string;
  /** JSON Pointer into the body, as a URI fragment. */
  readonly pointer?: string;
  /** Name of the query parameter. */
  readonly parameter?: string;
}

export interface ProblemDetails {
  readonly detail?: string;
  /** Every rejected value, as in the example of RFC 9457, section 3. */
  readonly errors?: readonly InvalidValue[];
}

/** An error as problem details (RFC 9457). */
export function problem(
  status: number,
  title: string,
  { detail, errors }: ProblemDetails = {},
): HttpResponseInit {
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      // RFC 9110 requires a challenge on every 401.
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
    body: JSON.stringify({
      type: "about:blank",
      title,
      status,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
    }),
  };
}

/** `body` as JSON that no cache keeps. Callers name the type of the answer: `json<Connections>(…)`. */
export function json<T>(
  body: T,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  return { status, jsonBody: body, headers: { "cache-control": "no-store", ...headers } };
}
