import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeSystemTopic, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import type { SystemTopic } from "../../simulator/estate/world.ts";
import { temporaryFolder } from "../folder.ts";

/**
 * `drawbridge events --format parameters` before infra/events is deployed, and after it: what the template makes is
 * taken from its golden snapshot. The second deployment has to manage the same topic, and not use it as another team's.
 */
const { drawbridge } = temporaryFolder();
const { platform } = subscriptions;

interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The topic that the template makes, with its event subscriptions. */
function deployed(golden: string): SystemTopic {
  const file = new URL(`golden/${golden}.json`, import.meta.url);
  const { predictedResources } = JSON.parse(readFileSync(file, "utf8")) as {
    predictedResources: readonly Resource[];
  };
  const [topic] = ofType(predictedResources, "Microsoft.EventGrid/systemTopics");
  if (topic === undefined) throw new Error(`${golden} has no topic`);
  const children = ofType(predictedResources, "Microsoft.EventGrid/systemTopics/eventSubscriptions");
  return {
    ...makeSystemTopic(platform),
    id: topic.id,
    name: topic.name,
    tags: topic.tags ?? {},
    eventSubscriptions: children
      .filter(({ id }) => id.startsWith(`${topic.id}/`))
      .map(({ name, properties = {} }) => ({ name: name.split("/").at(-1) ?? "", properties })),
  };
}

const ofType = (resources: readonly Resource[], type: string) =>
  resources.filter((each) => each.type === type);

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator(smallEstate());
  simulator.world.systemTopics.clear();
});
afterEach(() => simulator.stop());

const events = (args: string) =>
  drawbridge(`events ${args}`, {
    DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
    DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: platform,
  });

const parametersOf = async (options = "") =>
  (JSON.parse((await events(`--format parameters ${options}`.trim())).out) as { parameters: unknown })
    .parameters;

/** The options that name the app to which the topic's events go. */
function destinationOf({ eventSubscriptions }: SystemTopic): string {
  const text = JSON.stringify(eventSubscriptions.map(({ properties }) => properties));
  const [, site] = /"resourceId":"([^"]+\/sites\/[^/"]+)/.exec(text) ?? [];
  const [, account] = /"resourceId":"([^"]+\/storageAccounts\/[^/"]+)/.exec(text) ?? [];
  return site === undefined ? `--state-account ${account}` : `--app ${site}`;
}

function put(topic: SystemTopic): void {
  simulator.world.systemTopics.clear();
  simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
}

const withoutTopic = { subscriptions: { value: [{ subscriptionId: platform }] } };

describe("the parameters of infra/events", () => {
  it.each(["events", "events-queue"])("are the same before and after a deployment of %s", async (golden) => {
    expect(await parametersOf()).toEqual(withoutTopic);
    const topic = deployed(golden);
    put(topic);
    expect(await parametersOf(destinationOf(topic))).toEqual(withoutTopic);
  });

  it("know by its tag a topic that was made under another name", async () => {
    const topic = deployed("events");
    put({ ...topic, name: "evt-platform", id: topic.id.replace(/[^/]+$/, "evt-platform") });
    expect(await parametersOf(destinationOf(topic))).toEqual(withoutTopic);
  });

  it("name the topic of another installation, and every topic where no app is named", async () => {
    const topic = deployed("events");
    put(topic);
    const named = { subscriptions: { value: [expect.objectContaining({ topicName: topic.name })] } };
    expect(await parametersOf(`${destinationOf(topic)}-other`)).toEqual(named);
    expect(await parametersOf()).toEqual(named);
  });

  it("name the topic of another team", async () => {
    put({ ...makeSystemTopic(platform), tags: { drawbridge: "no" } });
    expect(await parametersOf()).toEqual({
      subscriptions: {
        value: [
          {
            subscriptionId: platform,
            topicName: "events",
            topicResourceGroup: "rg-events",
            topicPrincipalId: "11111111-0000-4000-8000-00000000e0e0",
          },
        ],
      },
    });
  });
});

describe("what infra/events makes", () => {
  it("is found present by `events`, as far as the app is the one that was deployed", async () => {
    const topic = deployed("events");
    put(topic);
    const id =
      JSON.stringify(topic.eventSubscriptions).match(/"resourceId":"([^"]+\/sites\/[^/"]+)/)?.[1] ?? "";
    expect(await events(`--app ${id}`)).toMatchObject({ code: 0, err: "" });
    expect(await events(`--app ${id}x`)).toMatchObject({ code: 1 });
  });

  it("is found present where it delivers to the queue", async () => {
    const topic = deployed("events-queue");
    put(topic);
    const [, id = ""] = JSON.stringify(topic.eventSubscriptions).match(/"resourceId":"([^"]+)"/) ?? [];
    expect(await events(`--state-account ${id}`)).toMatchObject({ code: 0, err: "" });
  });
});
