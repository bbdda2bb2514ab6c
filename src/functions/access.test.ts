import type { HttpRequest, InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { httpRequest } from "../../test/http-request.ts";
import type { AuthConfig } from "../lib/config/config.ts";
import { access, callerOf, guarded, type Proof, type Role } from "./access.ts";

const tenant = "aaaaaaaa-0000-4000-8000-00000000000a";
const audience = "api://drawbridge";
const oid = "bbbbbbbb-0000-4000-8000-00000000000b";
const entra = { platform: true, entra: { tenant, audience, callers: [oid] } };
const anyCaller = { platform: true, entra: { tenant, audience, callers: [] } };

type Claims = Readonly<Record<string, string | readonly string[]>>;
const valid: Claims = { tid: tenant, aud: audience, oid, roles: "Drawbridge.Operator" };

/** The header that App Service sends for a token with these claims. */
function principal(claims: Claims): string {
  const list = Object.entries(claims).flatMap(([typ, values]) =>
    [values].flat().map((val) => ({ typ, val })),
  );
  return Buffer.from(JSON.stringify({ claims: list })).toString("base64");
}

/** The caller's name, or the status and the reason of the refusal. */
function admission(
  auth: Parameters<typeof callerOf>[0],
  role: Role,
  sent: string | null,
  proof?: Proof,
): unknown {
  const read = callerOf(auth, role, sent, proof);
  return "refusal" in read ? [read.refusal.status, read.why] : (read.value.caller?.name ?? null);
}

const long = {
  tenant: "http://schemas.microsoft.com/identity/claims/tenantid",
  object: "http://schemas.microsoft.com/identity/claims/objectidentifier",
  role: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
  upn: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
};

describe("a principal", () => {
  it("is admitted with the tenant, the audience, the role and a listed id", () => {
    expect(admission(entra, "operator", principal(valid))).toBe(oid);
    expect(admission(entra, "operator", principal({ ...valid, oid: oid.toUpperCase() }))).toBe(
      oid.toUpperCase(),
    );
    expect(admission(entra, "operator", principal(valid), "token")).toBe(oid);
  });

  it("may have its claims under their long names", () => {
    const claims = {
      [long.tenant]: tenant,
      aud: audience,
      [long.object]: oid,
      [long.role]: "Drawbridge.Operator",
      [long.upn]: "ana@contoso.example",
    };
    expect(admission(entra, "operator", principal(claims))).toBe("ana@contoso.example");
  });

  it.each([
    [{ preferred_username: "a", [long.upn]: "b" }, "a"],
    [{ [long.upn]: "b", oid }, "b"],
    [{ oid, azp: "c" }, oid],
    [{ [long.object]: oid, azp: "c" }, oid],
    [{ azp: "c", appid: "d" }, "c"],
    [{ appid: "d" }, "d"],
    [{}, null],
  ])("with %j is named %s", (claims, name) => {
    const { oid: _, ...others } = valid;
    expect(admission(anyCaller, "operator", principal({ ...others, ...claims }))).toBe(name);
    // Without Entra ID the name is all that is read.
    expect(admission({ platform: true }, "operator", principal(claims))).toBe(name);
  });

  it("is recorded with its object id, in lower case, because names can be given to somebody else", () => {
    const named = { preferred_username: "ana" };
    const callerWith = (claims: Claims) => callerOf({ platform: true }, "reader", principal(claims));
    for (const claim of ["oid", long.object])
      expect(callerWith({ ...named, [claim]: oid.toUpperCase() })).toEqual({
        value: { caller: { name: "ana", objectId: oid } },
      });
    for (const claims of [named, { ...named, oid: "<b>not an id</b>" }, { ...named, azp: oid }])
      expect(callerWith(claims)).toEqual({ value: { caller: { name: "ana" } } });
  });

  it.each(["azp", "appid", long.object])("is listed by its %s too", (claim) => {
    const { oid: _, ...others } = valid;
    expect(admission(entra, "operator", principal({ ...others, [claim]: oid }))).toBe(oid);
  });

  it.each<[string, Claims, number, string]>([
    ["of another tenant", { ...valid, tid: oid }, 403, "the token was issued by another tenant"],
    ["of no tenant", { aud: audience, oid, roles: "Drawbridge.Operator" }, 403, "another tenant"],
    ["for another audience", { ...valid, aud: `${audience}/x` }, 403, "the token is for another audience"],
    ["without a role", { ...valid, roles: [] }, 403, "the token lacks the role Drawbridge.Operator"],
    ["with an unknown role", { ...valid, roles: "Drawbridge.Admin" }, 403, "lacks the role"],
    ["a reader's", { ...valid, roles: "Drawbridge.Reader" }, 403, "lacks the role Drawbridge.Operator"],
    ["of a caller who is not listed", { ...valid, oid: tenant }, 403, "DRAWBRIDGE_AUTH_CALLERS"],
  ])("is refused if it is %s", (_, claims, status, why) => {
    expect(admission(entra, "operator", principal(claims))).toEqual([
      status,
      expect.stringContaining(why) as string,
    ]);
  });

  it("may read as a reader and as an operator", () => {
    for (const roles of ["Drawbridge.Reader", "Drawbridge.Operator"])
      expect(admission(entra, "reader", principal({ ...valid, roles }))).toBe(oid);
    expect(admission(entra, "reader", principal({ ...valid, roles: "Drawbridge.Admin" }))).toEqual([
      403,
      "the token lacks the role Drawbridge.Reader or Drawbridge.Operator",
    ]);
  });

  it("is required where Entra ID is switched on, and only there", () => {
    expect(admission(entra, "reader", null)).toEqual([401, "an Entra ID token is required"]);
    expect(admission({ platform: true }, "reader", null)).toBe(null);
    expect(admission({ platform: false }, "operator", null)).toBe(null);
  });

  it("is refused where App Service authentication is off, because any client could send it", () => {
    expect(admission({ platform: false }, "reader", principal(valid))).toEqual([
      403,
      "the header x-ms-client-principal is not accepted here",
    ]);
  });

  it("is refused if it is longer than 32 KiB, and not if it is shorter", () => {
    const ofLength = (length: number) => {
      const base = principal({ ...valid, note: "" }).length;
      return principal({ ...valid, note: "x".repeat(Math.floor(((length - base) * 3) / 4)) });
    };
    expect(ofLength(32_768).length).toBeLessThanOrEqual(32_768);
    expect(admission(entra, "reader", ofLength(32_768))).toBe(oid);
    expect(admission(entra, "reader", ofLength(32_800))).toEqual([401, expect.any(String)]);
  });

  it.each([
    ["text that is not base64", "{}"],
    ["two headers, joined by a comma", `${principal(valid)},${principal(valid)}`],
    ["text before it", ` ${principal(valid)}`],
    ["text after it", `${principal(valid)}!`],
    ["three signs at its end", `${principal(valid).replace(/=*$/, "")}===`],
    ["nothing", ""],
    ["no JSON", Buffer.from("{").toString("base64")],
    ["null", Buffer.from("null").toString("base64")],
    ["no claims", Buffer.from("{}").toString("base64")],
    ["claims that are no list", Buffer.from('{"claims":{"length":1}}').toString("base64")],
    ["a claim that is null", Buffer.from('{"claims":[null]}').toString("base64")],
    ["a claim without a value", Buffer.from('{"claims":[{"typ":"tid"}]}').toString("base64")],
    ["a claim without a type", Buffer.from('{"claims":[{"val":"tid"}]}').toString("base64")],
  ])("cannot be %s", (_, sent) => {
    expect(admission(entra, "reader", sent)).toEqual([
      401,
      "the header x-ms-client-principal cannot be read",
    ]);
  });

  it("never decides on a held connection without Entra ID", () => {
    const why =
      "only a token of Entra ID may do this, and Entra ID is not switched on (DRAWBRIDGE_AUTH=entra); switch it on, or decide in the portal";
    for (const auth of [{ platform: true }, { platform: false }, { ...entra, platform: false }])
      for (const sent of [null, principal(valid)])
        expect(admission(auth, "operator", sent, "token")).toEqual([403, why]);
  });
});

describe("a guarded handler", () => {
  const ask = (claims: Claims) => {
    const headers = new Headers({ "x-ms-client-principal": principal(claims) });
    const handler = guarded(entra, "operator", (_request, _context, caller) => ({
      jsonBody: caller,
    }));
    return handler({ ...httpRequest("x"), headers } as HttpRequest, {} as InvocationContext);
  };

  it("is called with the caller, and not at all for one who may not", async () => {
    expect(await ask(valid)).toEqual({ jsonBody: { name: oid, objectId: oid } });
    expect(await ask({ ...valid, roles: "Drawbridge.Reader" })).toMatchObject({ status: 403 });
  });
});

describe("GET /api/access", () => {
  const keysOnly = { platform: false };
  const ask = (auth: AuthConfig, claims?: Claims, path = "access") => {
    const headers = new Headers();
    if (claims !== undefined)
      headers.set("x-ms-client-principal", principal({ tid: tenant, aud: audience, ...claims }));
    return access(auth)({ ...httpRequest(path), headers });
  };
  const ana = "ana@contoso.example";

  it("says that an operator may change and decide, a reader neither, and why", () => {
    expect(ask(anyCaller, { roles: "Drawbridge.Operator", preferred_username: ana }).jsonBody).toEqual({
      caller: ana,
      changeRefused: null,
      decideRefused: null,
    });
    const role = "the token lacks the role Drawbridge.Operator";
    expect(ask(anyCaller, { roles: "Drawbridge.Reader", preferred_username: ana }).jsonBody).toEqual({
      caller: ana,
      changeRefused: role,
      decideRefused: role,
    });
  });

  it("says that a key suffices to change, and that deciding needs a token that names somebody", () => {
    expect(ask(keysOnly).jsonBody).toEqual({
      caller: null,
      changeRefused: null,
      decideRefused: expect.stringContaining("only a token of Entra ID may do this") as string,
    });
    expect(ask(anyCaller, { roles: "Drawbridge.Operator" }).jsonBody).toEqual({
      caller: null,
      changeRefused: null,
      decideRefused: "the token names nobody",
    });
  });

  it("refuses a caller who may not even read, and a parameter", () => {
    expect(ask(anyCaller).status).toBe(401);
    expect(ask(anyCaller, { roles: "Other.Role" }).status).toBe(403);
    expect(ask(keysOnly, { roles: "Drawbridge.Operator" }).status).toBe(403);
    expect(ask(keysOnly, undefined, "access?of=me").status).toBe(400);
  });
});
