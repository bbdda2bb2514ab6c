import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFromDrawbridge } from "../../docs/examples/verify-webhook.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, serviceNamed } from "../scenarios/inspect.ts";
import type { hosts, Received } from "./azure-endpoints.ts";
import { whyNoNetwork } from "./network.ts";
import { authentication, startProduction, type Production } from "./deployment.ts";
import { claimsOf } from "./token.ts";

/**
 * The built app with the settings of a deployment, and nothing that says that Azure is not there: managed identities, TLS,
 * real names, addresses outside. Where a machine cannot make a network it is skipped; `.ci/run` does not accept that.
 */
const impossible = whyNoNetwork();
if (impossible !== undefined) {
  if (process.env.DRAWBRIDGE_TEST_PRODUCTION === "required")
    throw new Error(`the production suite cannot run: ${impossible}`);
  console.warn(`the production suite is skipped: ${impossible}`);
}

const identities = {
  app: "cccccccc-0000-4000-8000-00000000000c",
  state: "dddddddd-0000-4000-8000-00000000000d",
};

function principal(roles: readonly string[]): Record<string, string> {
  const claims = [
    { typ: "http://schemas.microsoft.com/identity/claims/tenantid", val: authentication.tenant },
    { typ: "aud", val: authentication.audience },
    {
      typ: "http://schemas.microsoft.com/identity/claims/objectidentifier",
      val: "bbbbbbbb-0000-4000-8000-00000000000b",
    },
    ...roles.map((val) => ({ typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", val })),
  ];
  const value = Buffer.from(JSON.stringify({ auth_typ: "aad", claims })).toString("base64");
  return { "x-ms-client-principal": value };
}
const operator = principal(["Drawbridge.Operator"]);

describe.skipIf(impossible !== undefined)("as deployed, the app", () => {
  let production: Production;
  beforeAll(async () => {
    production = await startProduction();
  }, 120_000);
  afterAll(() => production?.stop());

  const received = (host: keyof typeof hosts): readonly Received[] =>
    production.front.received.filter((each) => each.host === host);
  const get = async (path: string): Promise<unknown> => {
    const answer = await production.call(path, { headers: operator });
    expect(answer.status, path).toBe(200);
    return answer.json();
  };
  const ask = (name: string, subscriptionId: string) => {
    const { id: serviceId } = serviceNamed(production, "apim-orders");
    return makeEndpoint(production.simulator, { token: "requester", subscriptionId, serviceId, name });
  };
  const phaseOf = async (id: string) => {
    const { connections } = (await get("/api/connections?top=1000")) as {
      connections: { connection: string; phase: string; reason?: string }[];
    };
    return connections.find(({ connection }) => connection.toLowerCase() === id.toLowerCase())?.phase;
  };

  it("starts with every function, and is well", async () => {
    expect(production.app.functions.length).toBe(22);
    expect((await fetch(`${production.app.url}/api/health`)).status).toBe(200);
  });

  it("approves what its policy in a blob approves, told by an event, and holds the rest", async () => {
    const approved = await ask("pe-web", subscriptions.landingZone);
    const held = await ask("pe-else", subscriptions.sandbox);
    await eventually(async () => {
      expect(await phaseOf(approved)).toBe("Applied");
      expect(await phaseOf(held)).toBe("Held");
    });
    const service = serviceNamed(production, "apim-orders");
    expect([...service.connections.values()].map(({ status }) => status).toSorted()).toEqual([
      "Approved",
      "Pending",
    ]);
  });

  it("follows a write by the address that Azure named for it", () => {
    const looks = received("arm").filter(
      ({ method, path }) => method === "GET" && path.includes("/operationresults/"),
    );
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.every(({ status }) => status === 200 || status === 202)).toBe(true);
  });

  it("sweeps by Resource Graph, and finds what no event told of", async () => {
    production.simulator.events.lose(10);
    const unheard = await ask("pe-unheard", subscriptions.landingZone);
    await production.runTimer("sweepConnections");
    await eventually(async () => {
      expect(await phaseOf(unheard)).toBe("Applied");
    });
    expect(received("arm").some(({ path }) => path.startsWith("/providers/Microsoft.ResourceGraph/"))).toBe(
      true,
    );
  });

  it.each(["topic", "teams", "webhook"] as const)(
    "tells of it through %s, over TLS at its real name",
    async (sink) => {
      await eventually(async () => {
        expect(
          received(sink)
            .map(({ body }) => body)
            .join("\n"),
        ).toMatch(/ConnectionApproved/);
        expect(
          received(sink)
            .map(({ body }) => body)
            .join("\n"),
        ).toMatch(/ConnectionHeld/);
        return Promise.resolve();
      });
      expect(new Set(received(sink).map(({ status }) => status))).toEqual(new Set([200]));
    },
  );

  it("signs what it sends to the webhook", () => {
    for (const { body, headers } of received("webhook"))
      expect(
        isFromDrawbridge(body, String(headers["x-drawbridge-signature"]), production.webhookSecret),
      ).toBe(true);
  });

  it("learns addresses, and tells them to a reader", async () => {
    await production.runTimer("checkAddresses");
    await eventually(async () => {
      const { addresses } = (await get("/api/addresses?kind=public")) as { addresses: { state: string }[] };
      expect(addresses.map(({ state }) => state)).toContain("right");
    });
  });

  it("archives, and finds nothing that is old", async () => {
    const before = production.app.lines.length;
    await production.runTimer("archiveRecords");
    await eventually(async () => {
      expect(production.app.lines.slice(before).join("\n")).toMatch(/archive/);
      return Promise.resolve();
    });
  });

  it("asks for the tokens of two identities, each for its own purpose, and shows each to nobody else", () => {
    const asked = new Set(production.identity.lines.filter((line) => line.startsWith("token ")));
    expect(asked).toEqual(
      new Set([
        `token 200 https://storage.azure.com ${identities.state}`,
        `token 200 https://storage.azure.com ${identities.app}`,
        `token 200 https://management.azure.com ${identities.app}`,
        `token 200 https://eventgrid.azure.net ${identities.app}`,
      ]),
    );
    expect(new Set(received("arm").map(({ headers }) => claimsOf(headers.authorization)?.aud))).toEqual(
      new Set(["https://management.azure.com"]),
    );
    expect(new Set(received("topic").map(({ headers }) => claimsOf(headers.authorization)?.aud))).toEqual(
      new Set(["https://eventgrid.azure.net"]),
    );
    for (const sink of ["teams", "webhook", "collector"] as const)
      expect(received(sink).filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  it("lets in whom App Service names with a role, and nobody by the key alone", async () => {
    expect((await production.call("/api/connections")).status).toBe(401);
    expect((await production.call("/api/connections", { headers: principal([]) })).status).toBe(403);
    const body = JSON.stringify({ scope: serviceNamed(production, "apim-orders").id, dryRun: true });
    const post = (headers: Record<string, string>) =>
      production.call("/api/reevaluate", { method: "POST", headers, body });
    expect((await post(principal(["Drawbridge.Reader"]))).status).toBe(403);
    expect((await post(operator)).status).toBe(200);
  });

  it("sends metrics and traces to its collector", async () => {
    await production.runTimer("sweepConnections");
    await eventually(async () => {
      expect(new Set(received("collector").map(({ path }) => path))).toEqual(
        new Set(["/v1/metrics", "/v1/traces"]),
      );
      return Promise.resolve();
    });
  });

  it("logs JSON, no difficulty and no secret", () => {
    const lines = production.app.lines.filter((line) => line.startsWith("{"));
    expect(lines.length).toBeGreaterThan(5);
    const logged = lines.map((line) => JSON.parse(line) as { level: string });
    expect(logged.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    const all = production.app.lines.join("\n");
    for (const secret of [production.webhookSecret, "secret-of", "Bearer ", "eyJ"])
      expect(all).not.toContain(secret);
  });
});
