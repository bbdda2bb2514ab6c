import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, putsOn, serviceNamed } from "./inspect.ts";

let stack: Stack;
beforeAll(async () => {
  // Swept by hand here, so that each test knows what found its connection.
  stack = await startStack({ settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *" } });
});
afterAll(() => stack.stop());

const ask = (name: string, request: Partial<Parameters<typeof makeEndpoint>[1]> = {}) =>
  makeEndpoint(stack.simulator, {
    token: "requester",
    subscriptionId: subscriptions.landingZone,
    name,
    serviceId: serviceNamed(stack, "apim-orders").id,
    ...request,
  });

const sweepByHand = () =>
  fetch(`${stack.app.url}/admin/functions/sweepConnections`, {
    method: "POST",
    headers: { "x-functions-key": stack.masterKey },
  });

describe("from an event to a verdict on Azure", () => {
  it("an event leads to an approval that can be read back", async () => {
    const id = await ask("pe-event");
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
    const response = await stack.call(`/api/decisions?connection=${encodeURIComponent(id)}`);
    const { decisions } = (await response.json()) as { decisions: { id: string; kind: string }[] };
    expect(decisions).toMatchObject([
      { kind: "decision", cause: "event", verdict: { kind: "approve", rule: "landing zones" } },
      { kind: "outcome", phase: "Applied", state: "Approved" },
    ]);
    const one = await stack.call(`/api/decisions/${decisions[0]?.id}`);
    expect(await one.json()).toMatchObject({
      connection: expect.stringContaining("pe-event"),
      facts: { known: { "endpoint.name": "pe-event" } },
    });
  });

  it(
    "an approval is found done without an event that tells of it, and is sent once",
    { timeout: 90_000 },
    async () => {
      const id = await ask("pe-followed", { serviceId: serviceNamed(stack, "apim-payments").id });
      await eventually(() => Promise.resolve(expect(putsOn(stack, id)).toBe(1)));
      stack.simulator.events.lose(1);
      await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"), 80_000);
      expect(putsOn(stack, id)).toBe(1);
    },
  );

  it("an unreadable endpoint is held, with the fact that would settle it", async () => {
    const id = await ask("pe-partner", { token: "partner", subscriptionId: subscriptions.partner });
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Held"));
    expect(putsOn(stack, id)).toBe(0);
  });

  it("a sweep finds what no event told of", async () => {
    stack.simulator.events.lose(1);
    const id = await ask("pe-lost");
    await sleep(1_000);
    expect(await phaseOf(stack, id)).toBeUndefined();
    expect((await sweepByHand()).status).toBe(202);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
  });

  it("events in the CloudEvents schema do as well", async () => {
    await stack.simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: `${stack.app.url}/runtime/webhooks/EventGrid?functionName=connectionChanged`,
      schema: "CloudEventSchemaV1_0",
    });
    const id = await ask("pe-cloud-event");
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
    expect(putsOn(stack, id)).toBe(1);
  });

  it("ten times the same event is answered ten times, and changes nothing more", async () => {
    const id = await ask("pe-ten");
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
    const before = await (await stack.call("/api/decisions")).text();
    const operationName = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
    const event = JSON.stringify([
      {
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        subject: id,
        data: { operationName, resourceUri: id },
      },
    ]);
    for (let times = 0; times < 10; times++) expect((await notify(event)).status).toBe(202);
    await sleep(1_500);
    expect(await (await stack.call("/api/decisions")).text()).toBe(before);
    expect(putsOn(stack, id)).toBe(1);
  });
});

describe("events that are none", () => {
  it("200 malformed bodies change nothing and leave the app answering", async () => {
    const before = await (await stack.call("/api/decisions")).text();
    const calls = stack.simulator.seen.length;
    // What was asked for before may still be looked at again; nothing else is.
    const asked = new Set(stack.simulator.seen.map(({ path }) => path));
    const bodies = Array.from({ length: 200 }, (_, index) => malformed(index));
    const statuses = new Set<number>();
    for (const body of bodies) statuses.add((await notify(body)).status);
    expect([...statuses].every((status) => status === 202 || status === 400)).toBe(true);
    expect((await fetch(`${stack.app.url}/api/health`)).status).toBe(200);
    expect(await (await stack.call("/api/decisions")).text()).toBe(before);
    expect(stack.simulator.seen.slice(calls).filter(({ path }) => !asked.has(path))).toEqual([]);
    const details = (await (await stack.call("/api/health/details")).json()) as {
      counters: Record<string, number>;
    };
    expect(details.counters["events-malformed"]).toBeGreaterThan(100);
  });

  it("for a function that is not there are not swallowed", async () => {
    const url = `${stack.app.url}/runtime/webhooks/EventGrid?functionName=nobody`;
    expect(
      (await fetch(url, { method: "POST", headers: { "aeg-event-type": "Notification" }, body: "[]" }))
        .status,
    ).toBe(404);
  });
});

describe("the HTTP API", () => {
  it.each(["/api/connections", "/api/decisions", "/api/health/details"])("%s wants a key", async (path) => {
    expect((await fetch(stack.app.url + path)).status).toBe(401);
    expect((await fetch(`${stack.app.url}${path}?code=wrong`)).status).toBe(401);
    expect((await stack.call(path)).status).toBe(200);
  });

  it("re-evaluates a connection, dry and in earnest", async () => {
    const id = await ask("pe-again", { token: "partner", subscriptionId: subscriptions.partner });
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
    ["no JSON", "{", 400],
    ["no scope", "{}", 400],
    ["a list", "[]", 400],
    ["a scope that is none", '{"scope":"/subscriptions/.."}', 400],
    ["an unknown key", '{"scope":"x","force":true}', 400],
    [
      "a dryRun that is none",
      '{"scope":"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/r/providers/Microsoft.ApiManagement/service/a","dryRun":"yes"}',
      400,
    ],
    [
      "a foreign service",
      '{"scope":"/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/r/providers/Microsoft.ApiManagement/service/a"}',
      403,
    ],
    [
      "a service that is not there",
      '{"scope":"/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/r/providers/Microsoft.ApiManagement/service/a"}',
      404,
    ],
  ])("refuses to re-evaluate %s, with problem details", async (_, body, status) => {
    const response = await stack.call("/api/reevaluate", { method: "POST", body });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) });
  });

  it.each(["top=0", "top=x", "top=5000", "phase=Nowhere", "service=x", "continuation=forged"])(
    "refuses ?%s",
    async (query) => {
      expect((await stack.call(`/api/connections?${query}`)).status).toBe(400);
    },
  );

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

  it("has no such decision", async () => {
    expect((await stack.call("/api/decisions/0000000000000000-1")).status).toBe(404);
    expect((await stack.call("/api/decisions/..%2f..")).status).toBe(404);
  });
});

function notify(body: string): Promise<Response> {
  const url = `${stack.app.url}/runtime/webhooks/EventGrid?functionName=connectionChanged`;
  return fetch(url, {
    method: "POST",
    headers: { "aeg-event-type": "Notification", "content-type": "application/json" },
    body,
  });
}

interface Results {
  readonly results: readonly {
    readonly verdict: string;
    readonly applied: boolean;
    readonly reason?: string;
  }[];
}

describe("a large scope", () => {
  it("is answered with where to look, and is gone through by the queue", async () => {
    const id = await ask("pe-large", { token: "partner", subscriptionId: subscriptions.partner });
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
    for (const scope of ["everything", "/subscriptions/x", 7]) {
      const refused = await stack.call("/api/reevaluate", {
        method: "POST",
        body: JSON.stringify({ scope }),
      });
      expect(refused.status).toBe(400);
    }
  });
});

async function reevaluate(body: object): Promise<Results> {
  const response = await stack.call("/api/reevaluate", { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as Results;
}

/** Bodies that are no event of ours, in many ways; the same ones in every run. */
function malformed(index: number): string {
  const operationName = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
  const kinds: readonly (() => string)[] = [
    () => "",
    () => "{",
    () => "null",
    () => `"${"x".repeat(index)}"`,
    () => JSON.stringify([index]),
    () => JSON.stringify({ data: index }),
    () => JSON.stringify([{ data: { operationName, resourceUri: `/subscriptions/${"../".repeat(index)}` } }]),
    () =>
      JSON.stringify([
        { data: { operationName, resourceUri: `/x/privateEndpointConnections/%2e%2e${index}` } },
      ]),
    () => JSON.stringify([null, [], {}, { data: [] }]),
    () =>
      JSON.stringify({
        eventType: index,
        subject: { a: 1 },
        data: { operationName, resourceUri: "\u0000".repeat(index) },
      }),
  ];
  return kinds[index % kinds.length]?.() ?? "";
}
