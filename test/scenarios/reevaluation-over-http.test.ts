import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, serviceNamed, waitForPhase } from "./inspect.ts";
import { ask, partner } from "./requests.ts";

let stack: Stack;
beforeAll(async () => {
  // Two approved connections for the tests to re-evaluate and to page through.
  stack = await startStack({ settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *" } });
  for (const name of ["pe-first", "pe-second"]) {
    await waitForPhase(stack, await ask(stack, name), "Applied");
  }
});
afterAll(() => stack.stop());

describe("the HTTP API", () => {
  it.each(["/api/connections", "/api/decisions", "/api/health/details"])("%s needs a key", async (path) => {
    expect((await fetch(stack.app.url + path)).status).toBe(401);
    expect((await fetch(`${stack.app.url}${path}?code=wrong`)).status).toBe(401);
    expect((await stack.call(path)).status).toBe(200);
  });

  it("re-evaluates a connection, as a dry run or applying the verdict", async () => {
    const id = await ask(stack, "pe-again", partner);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Held"));
    expect(await reevaluate({ scope: id, dryRun: true })).toMatchObject({
      results: [
        {
          connection: expect.stringContaining("pe-again"),
          verdict: "hold",
          applied: false,
          reason: "dry run",
        },
      ],
    });
    expect(await reevaluate({ scope: id })).toMatchObject({
      results: [
        {
          verdict: "hold",
          applied: false,
          unknown: [{ field: "endpoint.subnet.name", reason: "foreign-tenant" }],
        },
      ],
    });
  });

  it("re-evaluates a service", async () => {
    const { results } = await reevaluate({
      scope: serviceNamed(stack, "apim-orders").id,
      dryRun: true,
      states: ["Approved"],
    });
    expect(results.length).toBeGreaterThan(0);
    expect(
      results.every(
        ({ verdict, applied, reason }) => verdict === "approve" && !applied && reason === "not pending",
      ),
    ).toBe(true);
  });

  it.each([
    ["malformed JSON", "{", 400],
    ["no scope", "{}", 400],
    ["a list", "[]", 400],
    ["an invalid scope", '{"scope":"/subscriptions/.."}', 400],
    ["an unknown key", '{"scope":"x","force":true}', 400],
    [
      "an invalid dryRun",
      '{"scope":"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/r/providers/Microsoft.ApiManagement/service/a","dryRun":"yes"}',
      400,
    ],
    [
      "a service outside the scope",
      '{"scope":"/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/r/providers/Microsoft.ApiManagement/service/a"}',
      403,
    ],
    [
      "a service that does not exist",
      '{"scope":"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/r/providers/Microsoft.ApiManagement/service/a"}',
      404,
    ],
  ])("refuses to re-evaluate %s, with problem details", async (_, body, status) => {
    const response = await stack.call("/api/reevaluate", { method: "POST", body });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) });
  });

  it.each([
    "top=0",
    "top=x",
    "top=5000",
    "phase=Nowhere",
    "service=x%20y",
    "continuation=forged",
    "from=2026-12-01&last=1h",
  ])("refuses ?%s", async (query) => {
    expect((await stack.call(`/api/connections?${query}`)).status).toBe(400);
  });

  it.each([
    "connections?rule=landing-zonez",
    "connections?subscription=",
    "connections?requester=",
    "held?subscription=",
  ])("tells a value of %s that names nothing from an empty list", async (query) => {
    const id = query.endsWith("=") ? "99999999-9999-4999-8999-999999999999" : "";
    const refused = await stack.call(`/api/${query}${id}`);
    expect(refused.status).toBe(404);
    const parameter = /\?(\w+)=/.exec(query)?.[1];
    expect(await refused.json()).toMatchObject({ title: "not found", errors: [{ parameter }] });
  });

  it("answers an empty list for a known value that nothing matches", async () => {
    for (const list of ["connections", "held"]) {
      const query = `subscription=${subscriptions.platform}&to=2020-01-01T00:00:00Z`;
      const empty = await stack.call(`/api/${list}?${query}`);
      expect(empty.status).toBe(200);
      expect(await empty.json()).toMatchObject({ [list]: [] });
    }
  });

  it("pages through connections", async () => {
    const seen: string[] = [];
    let continuation = "";
    do {
      const page = (await (await stack.call(`/api/connections?top=2${continuation}`)).json()) as {
        connections: { connection: string }[];
        continuation?: string;
      };
      expect(page.connections.length).toBeLessThanOrEqual(2);
      seen.push(...page.connections.map(({ connection }) => connection));
      continuation =
        page.continuation === undefined ? "" : `&continuation=${encodeURIComponent(page.continuation)}`;
    } while (continuation !== "");
    const all = (await (await stack.call("/api/connections?top=1000")).json()) as { connections: unknown[] };
    expect(new Set(seen).size).toBe(all.connections.length);
  });

  it("shows one hash of the policy: in its decisions, in its health and with its files", async () => {
    const body = async (path: string) => (await stack.call(path)).json() as Promise<Record<string, unknown>>;
    const { hash } = await body("/api/policy");
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await body("/api/health/details")).toMatchObject({ policy: { hash } });
    expect(await body("/api/decisions?kind=decision&top=1")).toMatchObject({
      decisions: [{ policy: { hash } }],
    });
    expect(await body("/api/connections?phase=Applied&top=1")).toMatchObject({
      connections: [{ policyHash: hash }],
    });
  });

  it("returns 404 for an unknown decision", async () => {
    expect((await stack.call("/api/decisions/0000000000000000-1")).status).toBe(404);
    expect((await stack.call("/api/decisions/..%2f..")).status).toBe(404);
  });
});

describe("the re-evaluation of a large scope", () => {
  it("gets 202 with a status URL, and the queue processes it", async () => {
    const id = await ask(stack, "pe-large", partner);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Held"));
    const body = JSON.stringify({ scope: `/subscriptions/${subscriptions.platform}`, dryRun: true });
    const answer = await stack.call("/api/reevaluate", { method: "POST", body });
    expect(answer.status).toBe(202);
    const location = answer.headers.get("location") ?? "";
    await eventually(async () => {
      const found = (await (await stack.call(location)).json()) as {
        status: string;
        results: { connection: string }[];
      };
      expect(found.status).toBe("ended");
      expect(found.results.map(({ connection }) => connection)).toContain(id);
    });
    expect((await stack.call("/api/reevaluations/nothing")).status).toBe(404);
    for (const [scope, status] of [
      ["every thing", 400],
      ["/subscriptions/x", 400],
      [7, 400],
      ["everything", 404],
      ["/subscriptions/99999999-9999-4999-8999-999999999999", 404],
      [`/subscriptions/${subscriptions.platform}/resourceGroups/rg-none`, 404],
      ["/providers/Microsoft.Management/managementGroups/none", 404],
    ] as const) {
      const refused = await stack.call("/api/reevaluate", {
        method: "POST",
        body: JSON.stringify({ scope }),
      });
      expect(`${scope} ${refused.status}`).toBe(`${scope} ${status}`);
    }
  });
});

interface Results {
  readonly results: readonly {
    readonly verdict: string;
    readonly applied: boolean;
    readonly reason?: string;
  }[];
}

async function reevaluate(body: object): Promise<Results> {
  const response = await stack.call("/api/reevaluate", { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as Results;
}
