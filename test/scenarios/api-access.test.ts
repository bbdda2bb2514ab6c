import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callerOf } from "../../src/functions/access.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { serviceNamed } from "./inspect.ts";

/** Access to the API: with Entra ID, where App Service passes the principal in a header, and with keys only. */
const tenant = "aaaaaaaa-0000-4000-8000-00000000000a";
const audience = "api://drawbridge";
const oid = "bbbbbbbb-0000-4000-8000-00000000000b";

interface Token {
  readonly tid?: string;
  readonly aud?: string;
  readonly roles?: readonly string[];
  readonly oid?: string;
  readonly name?: string;
}
function principal({
  tid = tenant,
  aud = audience,
  roles = ["Drawbridge.Operator"],
  ...more
}: Token = {}): string {
  const claims = [
    { typ: "tid", val: tid },
    { typ: "aud", val: aud },
    { typ: "oid", val: more.oid ?? oid },
    { typ: "preferred_username", val: more.name ?? "ana@contoso.example" },
    ...roles.map((val) => ({ typ: "roles", val })),
  ];
  return Buffer.from(JSON.stringify({ auth_typ: "aad", claims })).toString("base64");
}

let stack: Stack;
let keysOnly: Stack;
beforeAll(async () => {
  [stack, keysOnly] = await Promise.all([
    startStack({
      settings: {
        WEBSITE_AUTH_ENABLED: "True",
        DRAWBRIDGE_AUTH: "entra",
        DRAWBRIDGE_AUTH_TENANT: tenant,
        DRAWBRIDGE_AUTH_AUDIENCE: audience,
        DRAWBRIDGE_AUTH_CALLERS: oid,
        DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *",
        DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *",
      },
    }),
    startStack({
      settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *", DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *" },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([stack.stop(), keysOnly.stop()]);
});

const header = "x-ms-client-principal";
const get = (sent: string | undefined, path = "/api/connections") =>
  stack.call(path, { headers: sent === undefined ? {} : { [header]: sent } });
const reevaluate = (sent: string, on = stack) =>
  on.call("/api/reevaluate", {
    method: "POST",
    headers: { [header]: sent },
    body: JSON.stringify({ scope: serviceNamed(on, "apim-orders").id, dryRun: true }),
  });
const title = async (answer: Response) => ((await answer.json()) as { title: string }).title;

describe("with Entra ID", () => {
  it("an operator may read and change, and a reader may only read", async () => {
    expect((await get(principal())).status).toBe(200);
    expect((await reevaluate(principal())).status).toBe(200);
    expect((await get(principal({ roles: ["Drawbridge.Reader"] }))).status).toBe(200);
  });

  const refused: Readonly<Record<string, readonly [sent: string, status: number, why: string]>> = {
    "of another tenant": [principal({ tid: oid }), 403, "the token was issued by another tenant"],
    "for another audience": [principal({ aud: "api://other" }), 403, "audience"],
    "without a role": [principal({ roles: [] }), 403, "lacks the role Drawbridge.Operator"],
    "of a reader": [principal({ roles: ["Drawbridge.Reader"] }), 403, "lacks the role Drawbridge.Operator"],
    "of a caller who is not listed": [principal({ oid: tenant }), 403, "DRAWBRIDGE_AUTH_CALLERS"],
    "that is sent twice": [`${principal()}, ${principal()}`, 401, "cannot be read"],
    "that is not base64": ["{}", 401, "cannot be read"],
    "with a null claim": [Buffer.from('{"claims":[null]}').toString("base64"), 401, "cannot be read"],
    "that is not an object": [Buffer.from("7").toString("base64"), 401, "cannot be read"],
    "with malformed claims": [
      Buffer.from('{"claims":[{"typ":1}]}').toString("base64"),
      401,
      "cannot be read",
    ],
  };
  it.each(Object.entries(refused))(
    "a principal %s is refused, without a request to Azure",
    async (_, [sent, status, why]) => {
      const calls = stack.simulator.seen.length;
      const answer = await reevaluate(sent);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await title(answer)).toContain(why);
      expect(stack.simulator.seen.length).toBe(calls);
    },
  );

  it("a request without a principal is refused, and a key is needed too", async () => {
    expect((await get(undefined)).status).toBe(401);
    const { status } = await fetch(`${stack.app.url}/api/connections`, {
      headers: { [header]: principal() },
    });
    expect(status).toBe(401);
    expect((await fetch(`${stack.app.url}/api/health`)).status).toBe(200);
  });

  it("a huge header or body is refused, without a request to Azure", async () => {
    const calls = stack.simulator.seen.length;
    const asked = JSON.stringify({ scope: serviceNamed(stack, "apim-orders").id, dryRun: true });
    const body = asked + " ".repeat(200_000);
    const answer = await stack.call("/api/reevaluate", {
      method: "POST",
      headers: { [header]: principal() },
      body,
    });
    expect(answer.status).toBe(400);
    const huge = principal({ roles: Array.from({ length: 2_000 }, () => "Drawbridge.Reader") });
    expect(callerOf({ platform: true }, "reader", huge)).toMatchObject({ refusal: { status: 401 } });
    expect(callerOf({ platform: true }, "reader", principal())).toHaveProperty("value");
    const hostile = principal({ name: `ana\u202e\u0000${"x".repeat(500)}` });
    const read = callerOf({ platform: true }, "reader", hostile);
    expect(read).toMatchObject({ value: { caller: { name: expect.stringMatching(/^ana x+…$/) as string } } });
    expect("value" in read && read.value.caller?.name.length).toBe(200);
    expect(stack.simulator.seen.length).toBe(calls);
  });

  it("the actor of a re-evaluation is the principal", async () => {
    const begun = await stack.call("/api/reevaluate", {
      method: "POST",
      headers: { [header]: principal() },
      body: JSON.stringify({ scope: "all", dryRun: true }),
    });
    expect(begun.status).toBe(202);
    const status = await get(principal(), begun.headers.get("location") ?? "");
    expect(await status.json()).toMatchObject({ actor: "http:ana@contoso.example", actorObjectId: oid });
  });

  /** Every operation in the API's own description, so that new ones are included. */
  async function operations(): Promise<readonly (readonly [method: string, path: string])[]> {
    const document = (await (await fetch(`${stack.app.url}/api/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    return Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => ["get", "post", "put", "patch", "delete"].includes(method))
        .map((method) => [method.toUpperCase(), `/api${path.replace(/\{[^}]+\}/g, "x")}`] as const),
    );
  }
  const open = ["/api/health", "/api/openapi.json"];

  it.each<[string, string | undefined, (method: string) => number | undefined]>([
    ["without a token", undefined, () => 401],
    ["without a role", principal({ roles: [] }), () => 403],
    ["with an unknown role", principal({ roles: ["Drawbridge.Admin"] }), () => 403],
    [
      "as a reader",
      principal({ roles: ["Drawbridge.Reader"] }),
      (method) => (method === "GET" ? undefined : 403),
    ],
    ["as an operator", principal(), () => undefined],
  ])("%s, each operation is allowed or refused as documented", async (_, sent, refusal) => {
    const all = await operations();
    expect(all.length).toBeGreaterThan(9);
    for (const [method, path] of all) {
      const { status } = await stack.call(path, {
        method,
        headers: sent === undefined ? {} : { [header]: sent },
        ...(method === "GET" ? {} : { body: "{}" }),
      });
      const expected = open.includes(path) ? undefined : refusal(method);
      const found = status === 401 || status === 403 ? status : undefined;
      expect(found, `${method} ${path}`).toBe(expected);
    }
  });

  it("the author of an acknowledgement is the principal, whatever the body says", async () => {
    await fetch(`${stack.app.url}/admin/functions/checkAddresses`, {
      method: "POST",
      headers: { "x-functions-key": stack.masterKey },
    });
    const service = serviceNamed(stack, "apim-orders");
    service.updateMs = 0;
    const { id } = service;
    const patch = { method: "PATCH", headers: { authorization: "Bearer owner" }, body: '{"zones":["1"]}' };
    const shown = async (): Promise<{ state: string; current: string[]; origin: object }[]> => {
      const path = `/api/addresses?kind=public&resource=${encodeURIComponent(id)}`;
      // Nothing is known of the service before the check has run.
      return ((await (await get(principal(), path)).json()) as { addresses?: [] }).addresses ?? [];
    };
    const until = async (state: string) => {
      for (let tries = 0; (await shown())[0]?.state !== state; tries++) {
        if (tries > 100) throw new Error(`the addresses did not become ${state}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return (await shown())[0];
    };
    await until("right");
    await fetch(`${stack.simulator.url}${id}?api-version=2024-05-01`, patch);
    const drifted = await until("drifted");
    const answer = await stack.call("/api/addresses/acknowledge", {
      method: "POST",
      headers: { [header]: principal() },
      body: JSON.stringify({
        resource: id,
        addresses: drifted?.current,
        reason: "planned",
        by: "somebody else",
      }),
    });
    expect(answer.status).toBe(200);
    expect((await shown())[0]?.origin).toMatchObject({ by: "ana@contoso.example", objectId: oid });
    const history = await get(principal(), `/api/addresses/history?resource=${encodeURIComponent(id)}`);
    const { changes } = (await history.json()) as { readonly changes: readonly object[] };
    expect(changes.at(-1)).toMatchObject({ actor: "ana@contoso.example", actorObjectId: oid });
  });
});

const decide = (on: Stack, headers: Readonly<Record<string, string>>) =>
  on.call("/api/connections/decide", {
    method: "POST",
    headers,
    body: JSON.stringify({
      connection: `${serviceNamed(on, "apim-orders").id}/privateEndpointConnections/pe-none`,
      verdict: "approve",
      reason: "CHG-4711",
    }),
  });

describe("a decision on a held connection", () => {
  it("is an operator's, by a token", async () => {
    expect((await decide(stack, { [header]: principal() })).status).toBe(404);
    expect((await decide(stack, { [header]: principal({ roles: ["Drawbridge.Reader"] }) })).status).toBe(403);
    expect((await decide(stack, {})).status).toBe(401);
  });

  it("is not made by the holder of a key, nor under a name that anybody could send", async () => {
    const calls = keysOnly.simulator.seen.length;
    for (const headers of [{}, { [header]: principal() }]) {
      const answer = await decide(keysOnly, headers);
      expect(answer.status).toBe(403);
      expect(await title(answer)).toContain("only a token of Entra ID may do this");
    }
    expect(callerOf({ platform: true }, "operator", principal(), "token")).toMatchObject({
      refusal: { status: 403 },
    });
    expect(keysOnly.simulator.seen.length).toBe(calls);
  });
});

describe("with keys only", () => {
  it("a principal's header is refused, because any client could send it", async () => {
    const calls = keysOnly.simulator.seen.length;
    const answer = await reevaluate(principal(), keysOnly);
    expect(answer.status).toBe(403);
    expect(await title(answer)).toContain("is not accepted here");
    expect(keysOnly.simulator.seen.length).toBe(calls);
  });
});
