import { afterEach, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { armError, ok, type Answer } from "./answer.ts";
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

/** Every answer that a kind makes of one, over so many seeds that every place is met. */
function allOf(answer: Answer, kind: UntidyKind, earlier?: Answer): Answer[] {
  const made = Array.from({ length: 200 }, (_, seed) => untidied(answer, seeded(seed), [kind], earlier));
  return [...new Map(made.map((each) => [JSON.stringify(each), each])).values()];
}
const bodies = (answer: Answer, kind: UntidyKind) => allOf(answer, kind).map(({ body }) => body);

describe("an untidy answer", () => {
  it.each<[UntidyKind, Answer, unknown]>([
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
  ])("may be %s", (kind, answer, expected) => {
    const before = JSON.stringify(answer);
    expect(bodies(answer, kind)).toContainEqual(expected);
    expect(allOf(answer, kind).every(({ status }) => status === 200)).toBe(true);
    expect(JSON.stringify(answer)).toBe(before);
  });

  it.each<[UntidyKind, readonly number[], RegExp]>([
    ["error-arm", [500, 503], /^\{"error":\{"code":/],
    ["error-gateway", [502, 503, 504], /^<html>/],
    ["error-empty", [500, 502, 503, 504], /^$/],
    ["not-visible", [404], /"(SubscriptionNotFound|InvalidResourceType)"/],
    ["not-found-gateway", [404], /^<html>/],
  ])("may be an error instead: %s", (kind, statuses, text) => {
    const made = allOf(one, kind);
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set(statuses));
    for (const each of made) expect(each.text ?? JSON.stringify(each.body) ?? "").toMatch(text);
    expect(allOf(gone, kind)).toEqual([gone]);
  });

  it("may name what is gone by its provider's own code, and takes nothing for gone that is there", () => {
    expect(allOf(gone, "not-found-provider")).toMatchObject([
      { status: 404, body: { error: { code: "NotFound" } } },
    ]);
    expect(allOf(one, "not-found-provider")).toEqual([one]);
  });

  it("of Resource Graph may be an earlier one, or a refusal that only the quota's header tells the time of", () => {
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

  it("is one of any kind that fits, and no kind is left out", () => {
    const all = [one, listed, graph, gone].flatMap((answer) =>
      Array.from({ length: 400 }, (_, seed) => untidied(answer, seeded(seed), untidyKinds, listed)),
    );
    expect(new Set(all.map(({ status }) => status)).size).toBeGreaterThan(6);
    for (const kind of untidyKinds)
      expect(
        [one, listed, graph, gone].some((answer) =>
          allOf(answer, kind, listed).some((each) => JSON.stringify(each) !== JSON.stringify(answer)),
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

  it("answers the same to the same seed, and something else to another", async () => {
    const [first, again, other] = [
      await readings({ seed: 1 }),
      await readings({ seed: 1 }),
      await readings({ seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(3);
  });

  it("is so as often as it is told, and to those whom it is told", async () => {
    expect(new Set(await readings({ seed: 1, probability: 0 })).size).toBe(1);
    expect(new Set(await readings({ seed: 1, probability: 1 }, "owner")).size).toBe(1);
    const gateways = await readings({ seed: 1, probability: 1, kinds: ["error-gateway"] });
    expect(gateways.every((text) => /^50[234] <html>/.test(text))).toBe(true);
  });
});
