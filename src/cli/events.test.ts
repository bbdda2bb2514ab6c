import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { makeService, makeSystemTopic, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";

const { drawbridge } = temporaryFolder();
const { platform, sandbox } = subscriptions;

let simulator: Simulator;
beforeEach(async () => {
  const world = smallEstate();
  const service = makeService("apim-sandbox", sandbox);
  world.services.set(service.id.toLowerCase(), service);
  simulator = await startSimulator(world);
  // The account of a person who may read both subscriptions.
  world.principals
    .get("simulated")
    ?.assignments.push({ scope: `/subscriptions/${sandbox}`, actions: ["*/read"] });
});
afterEach(() => simulator.stop());

const events = (args = "", environment: Readonly<Record<string, string>> = {}) =>
  drawbridge(`events ${args}`.trim(), {
    DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
    DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: `${platform},${sandbox}`,
    ...environment,
  });

describe("events", () => {
  it("shows the topic of each governed subscription, and exits with 1 where one has none", async () => {
    const { code, out, err } = await events();
    expect(code).toBe(1);
    expect(out.split("\n").map((line) => line.split(/ +/))).toEqual([
      ["SUBSCRIPTION", "SERVICES", "TOPIC", "GROUP", "IDENTITY"],
      [platform, "2", "events", "rg-events", "SystemAssigned"],
      [sandbox, "1", "none", "-", "-"],
      [""],
    ]);
    expect(err).toBe("1 of 2 governed subscriptions have no system topic\n");
  });

  it("exits with 0 where every one has a topic", async () => {
    const topic = { ...makeSystemTopic(sandbox), principalId: undefined };
    simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
    const { code, out, err } = await events();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("SystemAssigned");
  });

  it("prints JSON", async () => {
    const { out } = await events("--format json");
    expect(JSON.parse(out)).toEqual([
      {
        subscriptionId: platform,
        services: 2,
        topic: {
          subscriptionId: platform,
          name: "events",
          resourceGroup: "rg-events",
          identity: "SystemAssigned",
          principalId: "11111111-0000-4000-8000-00000000e0e0",
        },
      },
      { subscriptionId: sandbox, services: 1, topic: null },
    ]);
  });

  it("prints the parameter file of infra/events: a topic that exists is named, with the principal of its identity", async () => {
    const { out } = await events("--format parameters");
    expect(JSON.parse(out)).toEqual({
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
      contentVersion: "1.0.0.0",
      parameters: {
        subscriptions: {
          value: [
            {
              subscriptionId: platform,
              topicName: "events",
              topicResourceGroup: "rg-events",
              topicPrincipalId: "11111111-0000-4000-8000-00000000e0e0",
            },
            { subscriptionId: sandbox },
          ],
        },
      },
    });
  });

  it.each([
    ["--subscriptions", platform, [platform]],
    ["--management-groups", "sandbox", [platform, sandbox]],
    ["--tags", "owner=api-platform", [platform, sandbox]],
    ["--exclude", sandbox, [platform]],
  ])("replaces the setting of the scope by %s %s", async (option, value, expected) => {
    const { out } = await events(`${option} ${value} --format json`);
    const found = JSON.parse(out) as { subscriptionId: string }[];
    expect(found.map(({ subscriptionId }) => subscriptionId)).toEqual(expected);
  });

  it("governs by management group alone", async () => {
    const { out } = await events("--management-groups platform --format json", {
      DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "",
    });
    const found = JSON.parse(out) as { subscriptionId: string }[];
    expect(found.map(({ subscriptionId }) => subscriptionId)).toEqual([platform]);
  });

  it("names a subscription whose management groups cannot be read, since it may be governed", async () => {
    const principal = simulator.world.principals.get("simulated");
    const actions = ["Microsoft.ApiManagement/service/read", "Microsoft.ResourceGraph/resources/read"];
    principal?.assignments.splice(1, 9, { scope: `/subscriptions/${sandbox}`, actions });
    const { out, err } = await events("--management-groups platform,sandbox --format json", {
      DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "",
    });
    expect(JSON.parse(out)).toMatchObject([{ subscriptionId: platform }]);
    expect(err).toContain(`${sandbox} is left out: the management groups above it cannot be read\n`);
  });

  it("only reads, and asks nothing but Resource Graph", async () => {
    await events();
    expect(new Set(simulator.seen.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(["POST /providers/Microsoft.ResourceGraph/resources"]),
    );
    expect(simulator.seen).toHaveLength(2);
  });

  it("refuses a scope that is empty or wrong, and an endpoint that is not of this machine", async () => {
    const none = await events("", { DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "" });
    expect(none).toMatchObject({ code: 2, out: "", err: expect.stringContaining("nothing is governed") });
    const wrong = await events("--subscriptions nonsense");
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("is not a subscription id") });
    const far = await events("", { DRAWBRIDGE_ARM_ENDPOINT: "https://example.com" });
    expect(far).toMatchObject({ code: 2, err: expect.stringContaining("must be a loopback address") });
  });

  it("exits with 2, and prints no list, where a read fails or no governed service is visible", async () => {
    const hidden = await events("--subscriptions 99999999-9999-4999-8999-999999999999", {});
    expect(hidden).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("no governed service is visible"),
    });
    simulator.world.principals.get("simulated")?.assignments.splice(0);
    const { code, out, err } = await events();
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/cannot be read from Resource Graph \(forbidden\); is an account signed in/);
  });

  it("reads every page, and says how far it is", async () => {
    const { services } = simulator.world;
    for (let index = 0; index < 1_200; index++) {
      const service = makeService(`apim-${index}`, platform);
      services.set(service.id.toLowerCase(), service);
    }
    const { out, err } = await events("--format json");
    expect((JSON.parse(out) as { services: number }[]).map(({ services: count }) => count)).toEqual([
      1_202, 1,
    ]);
    expect(err).toContain("1000 services read ...\n");
  });
});
