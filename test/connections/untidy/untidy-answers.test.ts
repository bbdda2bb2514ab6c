import { describe, expect, it } from "vitest";
import type { Azure } from "../../../src/lib/connections/azure-connections.ts";
import { knownRead, mapRead, type Read } from "../../../src/lib/estate/read.ts";
import { mapConcurrent } from "../../../src/lib/map-concurrent.ts";
import { fields } from "../../../src/lib/policy/language/fields.ts";
import { startHolding, type Holding } from "./holding.ts";
import type { AnswerRead } from "./judging.ts";
import { isUndetectable, singlesOf, worlds, type Single, type World } from "./worlds.ts";

/**
 * I17: if Azure omits or changes anything in its answers, a verdict stays or becomes hold. Each property of each answer
 * that a review reads is changed, one at a time, over the wire. Changes that result in another valid answer are left
 * out; `worlds.ts` lists them.
 */
async function within<T>(
  world: World,
  work: (holding: Holding) => Promise<T>,
  readers?: (azure: Azure) => Azure,
): Promise<T> {
  const holding = await startHolding(world, readers);
  try {
    return await work(holding);
  } finally {
    await holding.stop();
  }
}

/** Failed reads are retried twice, with waits in between. */
const atOnce = 128;

const singles = (world: World) => world.changed.flatMap((answer) => singlesOf(answer, world.replies[answer]));

function brokenBy(holding: Holding, changes: readonly Single[]): Promise<readonly string[][]> {
  return mapConcurrent(changes, atOnce, async ({ answer, name, reply }) =>
    (await holding.broken({ [answer]: reply })).map((verdict) => `${answer}, ${name}: ${verdict}`),
  );
}

describe.each(worlds)("$name", (world) => {
  const [left, promised] = [true, false].map((undetectable) =>
    singles(world).filter((each) => isUndetectable(world, each) === undetectable),
  );

  it(`keeps its verdicts, or holds, under each of ${promised?.length} changes`, async () => {
    const broken = await within(world, (holding) => brokenBy(holding, promised ?? []));
    expect(broken.flat()).toEqual([]);
  }, 120_000);

  it(`is another valid answer under each of the ${left?.length} that are left out`, async () => {
    const broken = await within(world, (holding) => brokenBy(holding, left ?? []));
    const needless = (left ?? []).filter((_, index) => broken[index]?.length === 0);
    expect(needless.map(({ answer, name }) => `${answer}, ${name}`)).toEqual([]);
  });
});

/** A read without its decoder: an omitted property gets a value nevertheless. */
function orElse<T>(read: Read<T>, value: T): Read<T> {
  return read.kind === "unknown" ? knownRead(value) : read;
}

describe("the property detects a reader", () => {
  const careless: readonly (readonly [string, AnswerRead, (azure: Azure) => Azure])[] = [
    [
      "that takes omitted tags of a service for none",
      "service",
      (azure) => ({
        ...azure,
        service: async (id) =>
          mapRead(await azure.service(id), (each) => ({ ...each, tags: orElse(each.tags, {}) })),
      }),
    ],
    [
      "that takes the readable part of a list for all of it",
      "service",
      (azure) => ({
        ...azure,
        service: async (id) =>
          mapRead(await azure.service(id), (each) => ({
            ...each,
            connections: orElse(each.connections, each.readable),
          })),
      }),
    ],
    [
      "that takes omitted tags of an endpoint for none",
      "endpoint",
      (azure) => ({
        ...azure,
        endpoint: async (id) =>
          mapRead(await azure.endpoint(id), (each) => ({ ...each, tags: orElse(each.tags, {}) })),
      }),
    ],
    [
      "that takes omitted ranges of a subnet for none",
      "network",
      (azure) => ({
        ...azure,
        network: async (id) =>
          mapRead(await azure.network(id), (each) => ({
            ...each,
            subnetPrefixes: orElse(each.subnetPrefixes, []),
          })),
      }),
    ],
  ];

  it.each(careless)("%s", { timeout: 120_000 }, async (_, answer, readers) => {
    const [world] = worlds;
    if (world === undefined) throw new Error("there is no world");
    const promised = singlesOf(answer, world.replies[answer]).filter((each) => !isUndetectable(world, each));
    const broken = await within(world, (holding) => brokenBy(holding, promised), readers);
    expect(broken.flat().length).toBeGreaterThan(0);
  });
});

describe("the changes", () => {
  it("are more than 1,500, of answers with every field, under policies of every verdict", async () => {
    const [first] = worlds;
    if (first === undefined) throw new Error("there is no world");
    const { facts, verdicts } = await within(first, (holding) => Promise.resolve(holding));
    expect(Object.keys(facts.known)).toEqual(fields.map(({ name }) => name));
    expect(new Set(Object.values(verdicts))).toEqual(new Set(["approve", "reject", "hold"]));
    expect(worlds.flatMap(singles).length).toBeGreaterThan(1_500);
  });

  it("of an endpoint's zone groups change no verdict, and are read without throwing", async () => {
    const [world] = worlds;
    if (world === undefined) throw new Error("there is no world");
    const kinds = await within(world, (holding) =>
      mapConcurrent(singlesOf("zones", world.replies.zones), atOnce, async ({ reply }) => {
        const { kind } = await holding.zones({ zones: reply });
        return kind;
      }),
    );
    expect(new Set(kinds)).toEqual(new Set(["known", "unknown"]));
  });
});
