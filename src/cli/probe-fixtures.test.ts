import { describe, expect, it } from "vitest";
import { probeStack } from "../../test/probe-stack.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { recordedServices } from "../../simulator/estate/recorded.ts";
import type { Service } from "../../simulator/estate/world.ts";
import { startSimulator } from "../../simulator/server.ts";
import { parseServiceId } from "../lib/azure/resource-id.ts";
import { serviceAnswerOf } from "../lib/azure/addresses-from.ts";

const { service, connection, probe, fixtures } = probeStack();

describe("fixtures of probe", () => {
  it("writes nothing of the tenant into its fixtures", async () => {
    await probe(["--service", service().id, "--yes", "--approve", connection()], ["approve"]);
    expect(fixtures()).toHaveLength(5);
    const text = JSON.stringify(fixtures());
    for (const secret of [
      "apim-orders",
      "pe-secret",
      "pe-partner",
      "555 0100",
      "rg-apim",
      "contoso",
      "api-platform",
      "203.0.113",
      ...Object.values(subscriptions),
    ])
      expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(text).toContain('"virtualNetworkType":"None"');
    expect(text).toContain('"status":"Pending"');
  });

  it("has fixtures that the simulator and the decoders of the app take", async () => {
    await probe(["--service", service().id, "--yes"]);
    const [recorded] = recordedServices(fixtures());
    expect(recorded?.connections.size).toBe(2);
    const world = smallEstate();
    const id = recorded?.id ?? "";
    world.services.set(id.toLowerCase(), recorded as Service);
    const subscription = parseServiceId(id)?.subscriptionId ?? "";
    const [other] = world.subscriptions.values();
    if (other === undefined) throw new Error("a world without subscriptions");
    world.subscriptions.set(subscription, { ...other, id: subscription });
    world.principals.get("owner")?.assignments.push({ scope: "/", actions: ["*"] });
    const replica = await startSimulator(world);
    const answer = await fetch(`${replica.url}${id}?api-version=2024-05-01`, {
      headers: { authorization: "Bearer owner" },
    });
    const body: unknown = await answer.json();
    await replica.stop();
    const parsed = parseServiceId(id);
    expect(parsed).toBeDefined();
    expect(parsed && serviceAnswerOf(parsed, body)).toMatchObject({
      kind: "known",
      value: { virtualNetworkType: "None" },
    });
    const original = fixtures().find(({ step }) => step === "service")?.answers[0]?.body as {
      properties: object;
    };
    expect(Object.keys((body as typeof original).properties).toSorted()).toEqual(
      Object.keys(original.properties).toSorted(),
    );
  });
});
