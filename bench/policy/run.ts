import { cedar } from "./engines/cedar.ts";
import { cel } from "./engines/cel.ts";
import { drawbridge } from "./engines/drawbridge.ts";
import type { Compiled, Engine } from "./engines/engine.ts";
import { handWritten } from "./engines/hand-written.ts";
import { jsonLogic } from "./engines/json-logic.ts";
import { p99, rate, timed } from "./measure.ts";
import { expected, type Decision } from "./oracle.ts";
import { measureOurselves, type Ourselves } from "./ourselves.ts";
import { createRequests, type Request } from "./requests.ts";
import type { Rule } from "./rule.ts";
import { hugeSet, largeSet, mediumSet, smallSet } from "./rules.ts";
import { createWorld } from "./world.ts";

export interface Options {
  readonly requests: number;
  /** Time for which each engine is measured on each set. */
  readonly budgetMs: number;
  readonly sets: readonly string[];
  readonly progress: (what: string) => void;
}

export interface Measured {
  readonly engine: string;
  readonly set: string;
  readonly decisionsPerSecond: number;
  readonly compileMs: number;
  readonly p99Us: number;
}

export interface Report {
  readonly requests: number;
  /** Distribution of the verdicts of each set, in percent. */
  readonly mix: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly measured: readonly Measured[];
  readonly absent: readonly string[];
  readonly ours: Ourselves;
}

const sets: Readonly<Record<string, (world: ReturnType<typeof createWorld>) => Rule[]>> = {
  S: smallSet,
  M: mediumSet,
  L: largeSet,
  XL: hugeSet,
};

const engines: readonly (Engine | undefined)[] = [handWritten, drawbridge, jsonLogic, cel, cedar];
/** Peers whose cost grows with the rules take minutes for ten thousand, without telling more than a thousand do. */
const onlyOurs = "XL";

/** Measures every engine on every set, in one process. Throws if one disagrees with the oracle. */
export function run({ requests: count, budgetMs, sets: wanted, progress }: Options): Report {
  const world = createWorld();
  const requests = createRequests(count, world);
  const measured: Measured[] = [];
  const mix: Record<string, Record<string, number>> = {};
  for (const set of wanted) {
    const rules = sets[set]?.(world) ?? [];
    progress(`${set}: ${rules.length} rules, the oracle`);
    const answers = requests.map((request) => expected(rules, request));
    mix[set] = mixOf(answers);
    for (const engine of engines) {
      if (engine === undefined || engine.omits?.includes(set) === true) continue;
      if (set === onlyOurs && engine !== drawbridge) continue;
      progress(`${set}: ${engine.name}`);
      measured.push({ engine: engine.name, set, ...measure(engine, rules, { requests, answers }, budgetMs) });
    }
  }
  progress("our own costs beside the decisions");
  return {
    requests: count,
    mix,
    measured,
    absent: engines.includes(undefined) ? ["peers are missing: npm ci --prefix bench"] : [],
    ours: measureOurselves(world, requests, budgetMs),
  };
}

function measure(
  engine: Engine,
  rules: readonly Rule[],
  { requests, answers }: { readonly requests: readonly Request[]; readonly answers: readonly Decision[] },
  budgetMs: number,
) {
  const { ms: compileMs, result: compiled } = timed(() => engine.compile(rules));
  const prepared = requests.map((request) => compiled.prepare(request));
  verify(engine, compiled, prepared, answers);
  const decide = (input: unknown) => compiled.decide(input);
  // Collects earlier garbage now, so that no engine's rounds pay for it.
  globalThis.gc?.();
  return { compileMs, decisionsPerSecond: rate(prepared, decide, budgetMs), p99Us: p99(prepared, decide) };
}

/** The speed of an engine that decides differently cannot be compared. */
function verify(
  { name }: Engine,
  compiled: Compiled,
  prepared: readonly unknown[],
  answers: readonly Decision[],
): void {
  for (const [index, input] of prepared.entries()) {
    const [found, wanted] = [compiled.decide(input), answers[index]];
    if (found.kind !== wanted?.kind || found.rule !== wanted.rule)
      throw new Error(
        `${name} decides ${JSON.stringify(found)} on request ${index}, and the oracle ${JSON.stringify(wanted)}`,
      );
  }
}

function mixOf(answers: readonly Decision[]): Record<string, number> {
  const share = (test: (decision: Decision) => boolean) =>
    Math.round((answers.filter(test).length / answers.length) * 1000) / 10;
  return {
    approve: share(({ kind }) => kind === "approve"),
    hold: share(({ kind }) => kind === "hold"),
    reject: share(({ kind }) => kind === "reject"),
    default: share(({ rule }) => rule === undefined),
    rules: new Set(answers.map(({ rule }) => rule)).size,
  };
}
