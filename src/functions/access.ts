import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { AuthConfig } from "../lib/config/config.ts";
import { parseJson } from "../lib/json.ts";
import type { Parsed } from "./http/read-request.ts";
import { problem } from "./http/respond.ts";

/** Who asks: a name for the record; undefined where the function key alone says that somebody may. */
export type Caller = string | undefined;

export type Role = "reader" | "operator";

/** The app roles that a token of Entra ID has to have; who may change may look too. */
const rolesFor: Readonly<Record<Role, readonly string[]>> = {
  reader: ["Drawbridge.Reader", "Drawbridge.Operator"],
  operator: ["Drawbridge.Operator"],
};

/** App Service puts it there after it validated the token, and takes away what a client sent by that name. */
const header = "x-ms-client-principal";
const headerMax = 32 * 1024;

/** What answers a request; it is told who asks. */
export type Handler = (
  request: HttpRequest,
  context: InvocationContext,
  caller: Caller,
) => HttpResponseInit | Promise<HttpResponseInit>;

/**
 * A handler that only those reach who may: with a function key, which the host asks for, and where Entra ID is switched on
 * with a token of the right tenant, audience and role. The principal's header means something only where App Service
 * authentication is on: everywhere else anybody could send it, and whoever does is refused.
 */
export function guarded(
  auth: AuthConfig,
  role: Role,
  handler: Handler,
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  return async (request, context) => {
    const asked = callerOf(auth, role, request.headers.get(header));
    return "refusal" in asked ? asked.refusal : handler(request, context, asked.value.caller);
  };
}

/** Whom the principal's header names, or the answer that refuses it. */
export function callerOf(
  { platform, entra }: AuthConfig,
  role: Role,
  sent: string | null,
): Parsed<{ readonly caller: Caller }> {
  if (!platform)
    return sent === null
      ? { value: { caller: undefined } }
      : refuse(403, `the header ${header} is not taken here`);
  if (sent === null)
    return entra === undefined
      ? { value: { caller: undefined } }
      : refuse(401, "a token of Entra ID is needed");
  const claims = claimsIn(sent);
  if (claims === undefined) return refuse(401, `the header ${header} cannot be read`);
  const named = (...types: readonly string[]) => types.flatMap((type) => claims.get(type) ?? []);
  const [caller] = named("preferred_username", upn, "oid", objectId, "azp", "appid");
  if (entra === undefined) return { value: { caller } };
  const { tenant, audience, callers } = entra;
  if (!named("tid", tenantId).includes(tenant)) return refuse(403, "the token is of another tenant");
  if (!named("aud").includes(audience)) return refuse(403, "the token is for somebody else (its audience)");
  const roles = named("roles", roleClaim);
  if (!rolesFor[role].some((each) => roles.includes(each)))
    return refuse(403, `the token lacks the role ${rolesFor[role].join(" or ")}`);
  const ids = named("oid", objectId, "azp", "appid").map((id) => id.toLowerCase());
  if (callers.length > 0 && !ids.some((id) => callers.includes(id)))
    return refuse(403, "the caller is not among those that may (DRAWBRIDGE_AUTH_CALLERS)");
  return { value: { caller } };
}

const tenantId = "http://schemas.microsoft.com/identity/claims/tenantid";
const objectId = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
const roleClaim = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

function refuse(status: number, title: string): { readonly refusal: HttpResponseInit } {
  return { refusal: problem(status, title) };
}

/** The claims of a principal, by type. A header that was sent twice is two texts with a comma, and no base64. */
function claimsIn(sent: string): ReadonlyMap<string, readonly string[]> | undefined {
  if (sent.length > headerMax || !/^[A-Za-z0-9+/]+={0,2}$/.test(sent)) return undefined;
  const principal = parseJson(Buffer.from(sent, "base64").toString()) as
    { readonly claims?: unknown } | null | undefined;
  if (!Array.isArray(principal?.claims)) return undefined;
  const found = new Map<string, string[]>();
  for (const each of principal.claims as readonly unknown[]) {
    const { typ, val } = (each ?? {}) as { readonly typ?: unknown; readonly val?: unknown };
    if (typeof typ !== "string" || typeof val !== "string") return undefined;
    found.set(typ, [...(found.get(typ) ?? []), val]);
  }
  return found;
}
