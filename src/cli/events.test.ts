import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import {
  makeEventSubscriptions,
  makeService,
  makeSystemTopic,
  smallEstate,
  subscriptions,
} from "../../simulator/estate/estate.ts";
import type { SystemTopic } from "../../simulator/estate/world.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";

const { drawbridge } = temporaryFolder();
const { platform, landingZone, sandbox } = subscriptions;
const appId = `/subscriptions/${platform}/resourceGroups/rg-drawbridge/providers/Microsoft.Web/sites/func-drawbridge`;

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

function put(topic: SystemTopic): void {
  simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
}

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
      ["SUBSCRIPTION", "SERVICES", "TOPIC", "GROUP", "IDENTITY", "EVENTS"],
      [platform, "2", "events", "rg-events", "SystemAssigned", "not", "read"],
      [sandbox, "1", "none", "-", "-", "absent"],
      [""],
    ]);
    expect(err).toMatch(
      /^1 of 2 subscriptions have no system topic\nevent subscriptions were not read: name the app with --app .*\n$/,
    );
  });

  it("names a subscription of the scope in which there is nothing to govern", async () => {
    const { code, out, err } = await events(`--subscriptions ${platform},${landingZone}`);
    expect(code).toBe(0);
    expect(out).not.toContain(landingZone);
    expect(err).toContain(
      `${landingZone} is not listed: it has no governed service and no watched address\n`,
    );
  });

  it("exits with 0 where every one has a topic", async () => {
    put({ ...makeSystemTopic(sandbox), principalId: undefined });
    const { code, out, err } = await events();
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(
        /^event subscriptions were not read: name the app with --app <ARM id>, .*DRAWBRIDGE_APP_ID .*az functionapp list/,
      ) as string,
    });
    expect(out).toContain("SystemAssigned");
  });

  it("reads with --app whether the event subscriptions deliver to it, and exits with 1 where one does not", async () => {
    put(makeSystemTopic(sandbox));
    expect(await events(`--app ${appId}`)).toMatchObject({ code: 0, err: "" });
    put(makeSystemTopic(sandbox, makeEventSubscriptions("func-other")));
    const { code, out, err } = await events("", { DRAWBRIDGE_APP_ID: appId });
    expect(code).toBe(1);
    expect(out).toMatch(/SystemAssigned {2}present\n[^]*SystemAssigned {2}absent\n$/);
    expect(err).toContain(
      `${sandbox} absent: connections: drawbridge-connections delivers to the function connectionChanged of func-other, which is not this app's`,
    );
    const json = JSON.parse((await events(`--app ${appId} --format json`)).out) as { events: unknown }[];
    expect(json.map((each) => each.events)).toMatchObject([{ state: "present" }, { state: "absent" }]);
  });

  it("accepts the queue of the state account", async () => {
    const account = `/subscriptions/${platform}/resourceGroups/rg-drawbridge/providers/Microsoft.Storage/storageAccounts/st1`;
    const toQueue = makeEventSubscriptions().map(({ name, properties }) => ({
      name,
      properties: {
        ...properties,
        destination: {
          endpointType: "StorageQueue",
          properties: { resourceId: account, queueName: "events" },
        },
      },
    }));
    put(makeSystemTopic(platform, toQueue));
    put(makeSystemTopic(sandbox, toQueue));
    expect(await events(`--state-account ${account}`)).toMatchObject({ code: 0, err: "" });
    const half = await events(`--app ${appId}`);
    expect(half).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        `${platform} unknown: connections: drawbridge-connections delivers to the queue events of st1, and the app's storage account is not known: name it with --state-account`,
      ),
    });
    expect(half.err).not.toContain("which is not this app's");
    const wrong = await events("--app func-drawbridge");
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("is not the ARM id of a function") });
  });

  it("lists the subscriptions of watched public IP addresses too", async () => {
    const id = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/publicIPAddresses/pip`;
    const made = { location: "westeurope", guid: "g", sku: "Standard", name: "pip" };
    const address = { allocation: "Static", address: "203.0.113.99", attachedTo: undefined } as const;
    simulator.world.publicIps.set(id.toLowerCase(), { id, ...made, ...address, tags: { watch: "yes" } });
    for (const watch of [id, "watch=yes"]) {
      const { out } = await events(`--watch ${watch} --format json`);
      expect(JSON.parse(out)).toMatchObject([
        { subscriptionId: platform },
        { subscriptionId: landingZone, services: 0, topic: null },
        { subscriptionId: sandbox },
      ]);
    }
  });

  it("warns of a subscription that the scope names and Resource Graph does not show, and exits with 1", async () => {
    const unseen = "99999999-9999-4999-8999-999999999999";
    const { code, err } = await events(`--subscriptions ${platform},${unseen}`);
    expect(code).toBe(1);
    expect(err).toContain(
      `Resource Graph does not show the subscription ${unseen}, which the scope names, nor a service in it. `,
    );
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
          tags: {},
          identity: "SystemAssigned",
          principalId: "11111111-0000-4000-8000-00000000e0e0",
        },
        events: null,
      },
      { subscriptionId: sandbox, services: 1, topic: null, events: null },
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
    expect(simulator.seen).toHaveLength(3);
  });

  it("refuses a scope that is empty or wrong, and an endpoint that is not of this machine", async () => {
    const none = await events("", { DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "" });
    expect(none).toMatchObject({ code: 2, out: "", err: expect.stringContaining("nothing is governed") });
    const wrong = await events("--subscriptions nonsense");
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('--subscriptions: "nonsense" is not a subscription id') as string,
    });
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
