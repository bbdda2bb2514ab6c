import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { AuthConfig } from "../lib/config/config.ts";
import { isGuid } from "../lib/guid.ts";
import { sanitizeText } from "../lib/sanitize-text.ts";
import { parseJson } from "../lib/json.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { json, problem } from "./http/respond.ts";

/** Whom a token names, for the audit chain. */
export interface Caller {
  readonly name: string;
  /** The object id in Entra ID: a name can be changed, and given to somebody else later. */
  readonly objectId?: string;
}

export type Role = "reader" | "operator";

/** App roles of an Entra ID token, one of which is required. An operator may read too. */
const rolesFor: Readonly<Record<Role, readonly string[]>> = {
  reader: ["Drawbridge.Reader", "Drawbridge.Operator"],
  operator: ["Drawbridge.Operator"],
};

/** App Service sets this header after it validated the token, and removes one that a client sent. */
const header = "x-ms-client-principal";
const headerMax = 32 * 1024;

/** What must name the caller: a function key suffices, or only a token of Entra ID counts. */
export type Proof = "key" | "token";

/** An HTTP handler that receives the caller; undefined where only a function key was sent. */
export type Handler = (
  request: HttpRequest,
  context: InvocationContext,
  caller: Caller | undefined,
) => HttpResponseInit | Promise<HttpResponseInit>;

/**
 * Restricts a handler to authorised callers. The host requires a function key; where Entra ID is switched on, a token
 * of the right tenant, audience and role is required too. The principal's header is trusted only where App Service
 * authentication is on. Everywhere else anybody could send it, so a request that has it is refused.
 */
export function guarded(
  auth: AuthConfig,
  role: Role,
  handler: Handler,
  proof: Proof = "key",
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  return async (request, context) => {
    const read = callerOf(auth, role, request.headers.get(header), proof);
    return "refusal" in read ? read.refusal : handler(request, context, read.value.caller);
  };
}

const callerMax = 200;

/** The caller that the principal's header names, or the answer that refuses the request. */
export function callerOf(
  { platform, entra }: AuthConfig,
  role: Role,
  sent: string | null,
  proof: Proof = "key",
): { readonly value: { readonly caller: Caller | undefined } } | Refused {
  if (proof === "token" && (!platform || entra === undefined))
    return refuse(
      403,
      "only a token of Entra ID may do this, and Entra ID is not switched on (DRAWBRIDGE_AUTH=entra); switch it on, or decide in the portal",
    );
  if (!platform)
    return sent === null
      ? { value: { caller: undefined } }
      : refuse(403, `the header ${header} is not accepted here`);
  if (sent === null)
    return entra === undefined
      ? { value: { caller: undefined } }
      : refuse(401, "an Entra ID token is required");
  const claims = claimsIn(sent);
  if (claims === undefined) return refuse(401, `the header ${header} cannot be read`);
  const named = (...types: readonly string[]) => types.flatMap((type) => claims.get(type) ?? []);
  const caller = namedBy(named);
  if (entra === undefined) return { value: { caller } };
  const { tenant, audience, callers } = entra;
  if (!named("tid", tenantId).includes(tenant)) return refuse(403, "the token was issued by another tenant");
  if (!named("aud").includes(audience)) return refuse(403, "the token is for another audience");
  const roles = named("roles", roleClaim);
  if (!rolesFor[role].some((each) => roles.includes(each)))
    return refuse(403, `the token lacks the role ${rolesFor[role].join(" or ")}`);
  const ids = named("oid", objectId, "azp", "appid").map((id) => id.toLowerCase());
  if (callers.length > 0 && !ids.some((id) => callers.includes(id)))
    return refuse(403, "the caller is not listed in DRAWBRIDGE_AUTH_CALLERS");
  return { value: { caller } };
}

/** A user chooses parts of the name, and it is recorded and shown. */
function namedBy(named: (...types: readonly string[]) => readonly string[]): Caller | undefined {
  const [name] = named("preferred_username", upn, "oid", objectId, "azp", "appid");
  const id = named("oid", objectId).find(isGuid);
  if (name === undefined) return undefined;
  return { name: sanitizeText(name, callerMax), ...(id === undefined ? {} : { objectId: id.toLowerCase() }) };
}

/**
 * `GET /api/access`: what the caller may do, by the same rules as the operations themselves. A caller who may not even
 * read is refused.
 */
export function access(auth: AuthConfig) {
  return (request: Pick<HttpRequest, "headers" | "query" | "url">): HttpResponseInit => {
    const invalid = readQuery(noParameters, request);
    if ("refusal" in invalid) return invalid.refusal;
    const sent = request.headers.get(header);
    const reader = callerOf(auth, "reader", sent);
    if ("refusal" in reader) return reader.refusal;
    const { caller } = reader.value;
    const change = callerOf(auth, "operator", sent);
    const decide = callerOf(auth, "operator", sent, "token");
    const nobody = caller === undefined ? "the token names nobody" : null;
    return json<Answer<"Access">>({
      caller: caller?.name ?? null,
      changeRefused: "refusal" in change ? change.why : null,
      decideRefused: "refusal" in decide ? decide.why : nobody,
    });
  };
}

const tenantId = "http://schemas.microsoft.com/identity/claims/tenantid";
const objectId = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
const roleClaim = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

/** The answer to a caller who may not do what was asked, and why. */
interface Refused {
  readonly refusal: HttpResponseInit;
  readonly why: string;
}

function refuse(status: number, why: string): Refused {
  return { refusal: problem(status, why), why };
}

/** Claims of a principal, by type. A header that was sent twice arrives joined by a comma, which is not base64. */
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
