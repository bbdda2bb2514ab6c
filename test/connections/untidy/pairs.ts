import { mapConcurrent } from "../../../src/lib/map-concurrent.ts";
import { changesOf } from "./changes.ts";
import { startHolding } from "./holding.ts";
import { reply, type Replies } from "./judging.ts";
import { isUndetectable, singlesOf, worlds, type Single, type World } from "./worlds.ts";

const atOnce = 128;
/** Interval of the progress messages. */
const batch = 1_000;

export interface Paired {
  readonly pairs: number;
  readonly broken: readonly string[];
}

/** I17 for random pairs of changes, in one answer or in two. `chance` returns a number from 0 to below 1. */
export async function judgePairs(
  count: number,
  chance: () => number,
  progress: (done: Paired) => void,
): Promise<Paired> {
  let done: Paired = { pairs: 0, broken: [] };
  for (const world of worlds) {
    const holding = await startHolding(world);
    const singles = world.changed
      .flatMap((answer) => singlesOf(answer, world.replies[answer]))
      .filter((each) => !isUndetectable(world, each));
    const share = Math.ceil(count / worlds.length);
    for (let left = share; left > 0; left -= batch) {
      const pairs = Array.from({ length: Math.min(batch, left) }, () => pairOf(world, singles, chance));
      const broken = await mapConcurrent(pairs, atOnce, async ({ name, changed }) =>
        (await holding.broken(changed)).map((verdict) => `${world.name}; ${name}: ${verdict}`),
      );
      done = { pairs: done.pairs + pairs.length, broken: [...done.broken, ...broken.flat()] };
      progress(done);
    }
    await holding.stop();
  }
  return done;
}

interface Pair {
  readonly name: string;
  readonly changed: Partial<Replies>;
}

function pairOf(world: World, singles: readonly Single[], chance: () => number): Pair {
  const first = pick(singles, chance);
  const second = chance() < 0.5 ? again(world, first, chance) : pick(singles, chance);
  const name = [first, second].map((each) => `${each.answer}, ${each.name}`).join(" and ");
  return { name, changed: { [first.answer]: first.reply, [second.answer]: second.reply } };
}

/** A second change of an answer that was already changed; the same one if nothing is left to change. */
function again(world: World, first: Single, chance: () => number): Single {
  const { answer, reply: changed } = first;
  if (!first.name.includes(": ")) return first;
  const further = [...changesOf(JSON.parse(changed.text))]
    .map(({ name, value }) => ({ answer, name, reply: reply(value, changed.status) }))
    .filter((each) => !isUndetectable(world, each));
  return further.length === 0 ? first : pick(further, chance);
}

function pick<T>(list: readonly T[], chance: () => number): T {
  const found = list[Math.floor(chance() * list.length)];
  if (found === undefined) throw new Error("there is nothing to pick from");
  return found;
}
