import { afterEach, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { armError, ok, type ArmResponse } from "../arm/response.ts";
import { smallEstate, subscriptions } from "../estate/estate.ts";
import { seeded } from "../random.ts";
import { startSimulator, type Simulator } from "../server.ts";
import type { Untidiness } from "./untidy-edge.ts";
import { untidied, untidyKinds, type UntidyKind } from "./untidy.ts";

const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/a";
const one = ok({ id, tags: { a: "b" }, properties: { provisioningState: "Succeeded", zones: ["1"] } });
const listed = ok({ value: [{ id: "/subscriptions/s/x" }, { id: "/subscriptions/s/y" }] });
const graph = ok({ totalRecords: 1, count: 1, data: [{ id, tags: null, connections: [{ id }] }] });
const gone = armError(404, "ResourceNotFound", "It was not found.");

/** Every response that a kind makes of one, over enough seeds to reach every place. */
function allOf(response: ArmResponse, kind: UntidyKind, earlier?: ArmResponse): ArmResponse[] {
  const made = Array.from({ length: 200 }, (_, seed) => untidied(response, seeded(seed), [kind], earlier));
  return [...new Map(made.map((each) => [JSON.stringify(each), each])).values()];
}
const bodies = (response: ArmResponse, kind: UntidyKind) => allOf(response, kind).map(({ body }) => body);

describe("an untidy response", () => {
  it.each<[UntidyKind, ArmResponse, unknown]>([
    ["absent", one, { id, tags: { a: "b" }, properties: { zones: ["1"] } }],
    ["null", one, { id, tags: null, properties: { provisioningState: "Succeeded", zones: ["1"] } }],
    ["empty", one, { id, tags: { a: "b" }, properties: { provisioningState: "Succeeded", zones: [] } }],
    ["id-slash", listed, { value: [{ id: "/subscriptions/s/x/" }, { id: "/subscriptions/s/y" }] }],
    ["id-case", listed, { value: [{ id: "/SUBSCRIPTIONS/S/X" }, { id: "/subscriptions/s/y" }] }],
    [
      "enum-case",
      one,
      { id, tags: { a: "b" }, properties: { provisioningState: "succeeded", zones: ["1"] } },
    ],
    [
      "enum-unknown",
      one,
      { id, tags: { a: "b" }, properties: { provisioningState: "SomethingNew", zones: ["1"] } },
    ],
    ["list-short", listed, { value: [{ id: "/subscriptions/s/y" }] }],
    ["list-null-member", listed, { value: [{ id: "/subscriptions/s/x" }, null] }],
    ["graph-short", graph, { totalRecords: 1, count: 1, data: [{ id, tags: null }] }],
    ["graph-null", graph, { totalRecords: 1, count: 1, data: [{ id, tags: null, connections: null }] }],
  ])("can have the change %s", (kind, response, expected) => {
    const before = JSON.stringify(response);
    expect(bodies(response, kind)).toContainEqual(expected);
    expect(allOf(response, kind).every(({ status }) => status === 200)).toBe(true);
    expect(JSON.stringify(response)).toBe(before);
  });

  it.each<[UntidyKind, readonly number[], RegExp]>([
    ["error-arm", [500, 503], /^\{"error":\{"code":/],
    ["error-gateway", [502, 503, 504], /^<html>/],
    ["error-empty", [500, 502, 503, 504], /^$/],
    ["not-visible", [404], /"(SubscriptionNotFound|InvalidResourceType)"/],
    ["not-found-gateway", [404], /^<html>/],
  ])("can be an error: %s", (kind, statuses, text) => {
    const made = allOf(one, kind);
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set(statuses));
    for (const each of made) expect(each.text ?? JSON.stringify(each.body) ?? "").toMatch(text);
    expect(allOf(gone, kind)).toEqual([gone]);
  });

  it("can have the provider's own code for a missing resource, and never reports an existing resource as missing", () => {
    expect(allOf(gone, "not-found-provider")).toMatchObject([
      { status: 404, body: { error: { code: "NotFound" } } },
    ]);
    expect(allOf(one, "not-found-provider")).toEqual([one]);
  });

  it("of Resource Graph can be an earlier one, or a 429 with only the quota's header", () => {
    const earlier = ok({ totalRecords: 0, count: 0, data: [] });
    expect(allOf(graph, "graph-late", earlier)).toEqual([earlier]);
    expect(allOf(graph, "graph-late")).toEqual([graph]);
    expect(allOf(one, "graph-late", earlier)).toEqual([one]);
    const [refused] = allOf(graph, "graph-throttled");
    expect(refused?.status).toBe(429);
    expect(refused?.headers).toHaveProperty("x-ms-user-quota-resets-after", "00:00:02");
    expect(refused?.headers).not.toHaveProperty("retry-after");
    expect(allOf(one, "graph-throttled")).toEqual([one]);
  });

  it("can be of any kind that applies, and every kind occurs", () => {
    const all = [one, listed, graph, gone].flatMap((response) =>
      Array.from({ length: 400 }, (_, seed) => untidied(response, seeded(seed), untidyKinds, listed)),
    );
    expect(new Set(all.map(({ status }) => status)).size).toBeGreaterThan(6);
    for (const kind of untidyKinds)
      expect(
        [one, listed, graph, gone].some((response) =>
          allOf(response, kind, listed).some((each) => JSON.stringify(each) !== JSON.stringify(response)),
        ),
      ).toBe(true);
  });
});

describe("an untidy simulator", () => {
  let simulator: Simulator;
  afterEach(() => simulator.stop());

  async function readings(untidy: Untidiness, token = "simulated"): Promise<string[]> {
    simulator = await startSimulator(smallEstate(), { untidy });
    const [service] = [...simulator.world.services.values()];
    await makeEndpoint(simulator, {
      name: "pe-1",
      token: "requester",
      subscriptionId: subscriptions.landingZone,
      serviceId: service?.id ?? "",
    });
    const texts: string[] = [];
    for (let times = 0; times < 30; times++) {
      const url = `${simulator.url}${service?.id}?api-version=2024-05-01`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      texts.push(`${response.status} ${(await response.text()).replaceAll(/[0-9a-f-]{36}/g, "")}`);
    }
    await simulator.stop();
    return texts;
  }

  it("sends the same responses for the same seed, and others for another seed", async () => {
    const [first, again, other] = [
      await readings({ seed: 1 }),
      await readings({ seed: 1 }),
      await readings({ seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(3);
  });

  it("changes responses with the given probability, and only for the given callers", async () => {
    expect(new Set(await readings({ seed: 1, probability: 0 })).size).toBe(1);
    expect(new Set(await readings({ seed: 1, probability: 1 }, "owner")).size).toBe(1);
    const gateways = await readings({ seed: 1, probability: 1, kinds: ["error-gateway"] });
    expect(gateways.every((text) => /^50[234] <html>/.test(text))).toBe(true);
  });
});
