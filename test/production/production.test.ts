import { functionNames } from "../function-names.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFromDrawbridge } from "../../docs/examples/verify-webhook.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, serviceNamed } from "../scenarios/inspect.ts";
import type { hosts, Received } from "./azure-endpoints.ts";
import { networkProblem } from "./network.ts";
import { authentication, identities, startProduction, type Production } from "./deployment.ts";
import { claimsOf } from "./token.ts";

/**
 * The built app with the settings of a deployment, unaware that Azure is simulated: managed identities, TLS, real host
 * names, public addresses. It is skipped if the machine cannot create a network; `.ci/run` does not accept that.
 */
const problem = networkProblem();
if (problem !== undefined) {
  if (process.env.DRAWBRIDGE_TEST_PRODUCTION === "required")
    throw new Error(`the production suite cannot run: ${problem}`);
  console.warn(`the production suite is skipped: ${problem}`);
}

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

describe.skipIf(problem !== undefined)("as deployed, the app", () => {
  let production: Production;
  beforeAll(async () => {
    production = await startProduction();
  }, 120_000);
  afterAll(() => production?.stop());

  const received = (host: keyof typeof hosts): readonly Received[] =>
    production.endpoints.received.filter((each) => each.host === host);
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

  it("starts with every function, and is healthy", async () => {
    // The archive is configured here, so that its function is there too.
    expect(production.app.functions.toSorted()).toEqual([...functionNames, "archiveRecords"].toSorted());
    await eventually(async () => {
      expect((await fetch(`${production.app.url}/api/health`)).status).toBe(200);
    });
  });

  it("reads its policy from a blob, and approves or holds a request after its event", async () => {
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

  it("polls an operation at the address that Azure returned", () => {
    const polls = received("arm").filter(
      ({ method, path }) => method === "GET" && path.includes("/operationresults/"),
    );
    expect(polls.length).toBeGreaterThan(0);
    expect(polls.every(({ status }) => status === 200 || status === 202)).toBe(true);
  });

  it("sweeps with Resource Graph, and finds a request without an event", async () => {
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
    "sends alerts to %s, over TLS at its real host name",
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

  it("signs the alerts for the webhook", () => {
    for (const { body, headers } of received("webhook"))
      expect(
        isFromDrawbridge(body, String(headers["x-drawbridge-signature"]), production.webhookSecret),
      ).toBe(true);
  });

  it("records addresses, and returns them to a reader", async () => {
    await production.runTimer("checkAddresses");
    await eventually(async () => {
      const { addresses } = (await get("/api/addresses?kind=public")) as { addresses: { state: string }[] };
      expect(addresses.map(({ state }) => state)).toContain("right");
    });
  });

  it("runs the archive, which has nothing to move", async () => {
    const before = production.app.lines.length;
    await production.runTimer("archiveRecords");
    await eventually(async () => {
      expect(production.app.lines.slice(before).join("\n")).toMatch(/archive/);
      return Promise.resolve();
    });
  });

  it("requests tokens of two identities, each for its own purpose, and sends each only to its audience", () => {
    const requested = new Set(production.identity.lines.filter((line) => line.startsWith("token ")));
    expect(requested).toEqual(
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

  it("admits principals with a role from App Service, and nobody with only a key", async () => {
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

  it("logs JSON, without warnings, errors or secrets", () => {
    const lines = production.app.lines.filter((line) => line.startsWith("{"));
    expect(lines.length).toBeGreaterThan(5);
    const logged = lines.map((line) => JSON.parse(line) as { level: string });
    expect(logged.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    const all = production.app.lines.join("\n");
    for (const secret of [production.webhookSecret, "secret-of", "Bearer ", "eyJ"])
      expect(all).not.toContain(secret);
  });
});
