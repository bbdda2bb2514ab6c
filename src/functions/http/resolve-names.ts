import type { HttpResponseInit } from "@azure/functions";
import type { ConnectionId, PublicIpId, ServiceId } from "../../lib/azure/resource-id.ts";
import {
  resolveConnection,
  resolveService,
  type Resolved,
  type ShortName,
} from "../../lib/connections/names.ts";
import type { Services } from "../../services.ts";
import { problem, type InvalidValue } from "./respond.ts";

/** A request whose short names are resolved. */
export type WithIds<T> = { readonly [K in keyof T]: Exclude<T[K], ShortName> | IdFor<K, T[K]> };
/** A name stands for a service, except where a connection is asked for, or either. */
type IdFor<K, V> = ShortName extends V
  ? K extends "connection"
    ? ConnectionId
    : K extends "scope"
      ? ServiceId | ConnectionId
      : ServiceId
  : never;

interface Problem extends InvalidValue {
  readonly status: 400 | 404;
}

/**
 * Replaces the short names in a request by the ids that they stand for; reports all that stand for none, or for
 * several.
 */
export async function resolveNames<T extends object>(
  { listings }: Pick<Services, "listings">,
  request: T,
): Promise<{ readonly value: WithIds<T> } | { readonly refusal: HttpResponseInit }> {
  const problems: Problem[] = [];
  const resolved = await Promise.all(
    Object.entries(request).map(async ([parameter, value]: [string, unknown]) => {
      if (!isKind<ShortName>(value, "name")) return [parameter, value] as const;
      const found: Resolved<ServiceId | ConnectionId> =
        value.connection === undefined
          ? await resolveService(listings, value.text)
          : await resolveConnection(listings, value);
      if (found.kind === "found") return [parameter, found.id] as const;
      // A scope may be a connection too, but only by a name that says which service is meant.
      const advice =
        found.kind === "unknown" && parameter === "scope" && value.connection === undefined
          ? "; a connection is named with its service, such as apim-orders/pe-payments"
          : "";
      problems.push({
        status: found.kind === "unknown" ? 404 : 400,
        detail: found.why + advice,
        parameter,
      });
      return [parameter, value] as const;
    }),
  );
  return problems.length === 0
    ? { value: Object.fromEntries(resolved) as WithIds<T> }
    : { refusal: refusalOf(problems) };
}

/**
 * Refuses a list of a service or connection that nothing is recorded about: an empty list would say that nothing
 * happened to it.
 */
export async function refuseUnknown(
  { ledger, listings }: Pick<Services, "ledger" | "listings">,
  request: object,
): Promise<HttpResponseInit | undefined> {
  const checked = await Promise.all(
    Object.entries(request).map(async ([parameter, value]: [string, unknown]): Promise<Problem[]> => {
      const isResource = isKind<ServiceId>(value, "service") || isKind<PublicIpId>(value, "public-ip");
      if (isResource && !(await listings.isKnown(value)))
        return [{ status: 404, detail: `nothing is known of ${value.text}`, parameter }];
      if (isKind<ConnectionId>(value, "connection") && (await ledger.find(value)) === undefined)
        return [{ status: 404, detail: `nothing is known of ${value.text}`, parameter }];
      return [];
    }),
  );
  const problems = checked.flat();
  return problems.length === 0 ? undefined : refusalOf(problems);
}

/** 404 where everything that is wrong is a name of nothing, else 400. */
export function refusalOf(problems: readonly Problem[]): HttpResponseInit {
  const isMissing = problems.every(({ status }) => status === 404);
  const errors = problems.map(({ status: _, ...error }) => error);
  return problem(isMissing ? 404 : 400, isMissing ? "not found" : "the request is invalid", {
    detail: errors.map(({ detail }) => detail).join("; "),
    errors,
  });
}

function isKind<T extends { readonly kind: string }>(value: unknown, kind: T["kind"]): value is T {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}
