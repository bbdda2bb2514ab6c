import { join } from "node:path";
import { root, startProcess, type ManagedProcess } from "../../local/child-process.ts";
import { exchange } from "../exchange.ts";
import { pinning, runPinned } from "../pinned.ts";
import { spreadOf, type Spread } from "../spread.ts";
import { enginesFor, peersAreMissing } from "./engines/all.ts";
import type { Message, Prepared, Task } from "./engine-process.ts";
import { expected, type Decision } from "./oracle.ts";
import type { OtherCosts } from "./other-costs.ts";
import { createRequests } from "./requests.ts";
import { rulesOf } from "./sets.ts";
import { createWorld } from "./world.ts";

export interface Options {
  readonly requests: number;
  /** CPU time for which each engine is measured on each set. */
  readonly budgetMs: number;
  readonly rounds: number;
  readonly sets: readonly string[];
  readonly progress: (what: string) => void;
}

export interface Measured {
  readonly engine: string;
  readonly set: string;
  /** Per second of CPU time. */
  readonly decisionsPerSecond: Spread;
  /** Ours as a multiple, of the rounds that followed each other. */
  readonly ours: Spread;
  readonly compileMs: number;
  readonly p99Us: number;
}

export interface Report {
  readonly requests: number;
  readonly rounds: number;
  /** Distribution of the verdicts of each set, in percent. */
  readonly mix: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly measured: readonly Measured[];
  /** The cost of one of our decisions as a multiple of that in the set before: M of S, L of M, and so on. */
  readonly growth: readonly { readonly set: string; readonly of: string; readonly times: Spread }[];
  readonly absent: readonly string[];
  readonly ours: OtherCosts;
}

const startTimeoutMs = 120_000;
const ourName = "drawbridge";
/** Loading 10,000 rules takes seconds, so that a few times have to do. */
const loadsMax = 5;

interface Running extends Task {
  readonly child: ManagedProcess;
  readonly compileMs: number;
  readonly rates: number[];
}

/**
 * Measures every engine on every set, each in a process of its own on the same processor. The processes take turns, so
 * that other work on the machine hits all of them. Throws if one disagrees with the oracle.
 */
export async function run({ requests, budgetMs, rounds, sets, progress }: Options): Promise<Report> {
  const world = createWorld();
  const asked = createRequests(requests, world);
  const mix: Record<string, Record<string, number>> = {};
  const running: Running[] = [];
  try {
    for (const set of sets) {
      const rules = rulesOf(set, world);
      progress(`${set}: ${rules.length} rules, the oracle`);
      const answers = asked.map((request) => expected(rules, request));
      mix[set] = mixOf(answers);
      for (const { name } of enginesFor(set)) {
        progress(`${set}: ${name} against the oracle`);
        running.push(await start({ engine: name, set, requests }, answers));
      }
    }
    const cpuMs = budgetMs / rounds;
    for (let round = 0; round <= rounds; round++) {
      progress(round === 0 ? "warming up" : `round ${round} of ${rounds}`);
      for (const { child, rates } of running) {
        const measured = await exchange<number>(child, { kind: "round", cpuMs } satisfies Message);
        if (round > 0) rates.push(measured);
      }
    }
    const measured: Measured[] = [];
    for (const each of running) measured.push(await measuredOf(each, running));
    progress("our own costs beside the decisions");
    return {
      requests,
      rounds,
      mix,
      measured,
      growth: growthOf(running),
      absent: peersAreMissing ? ["peers are missing: npm ci --prefix bench"] : [],
      ours: runPinned<OtherCosts>(
        join(root, "bench/policy/other-costs.ts"),
        [JSON.stringify({ sets, requests, budgetMs, loads: Math.min(rounds, loadsMax) })],
        {
          execArgv: ["--expose-gc"],
        },
      ),
    };
  } finally {
    await Promise.all(running.map(({ child }) => child.end()));
  }
}

async function start(task: Task, answers: readonly Decision[]): Promise<Running> {
  const child = startProcess(join(root, "bench/policy/engine-process.ts"), {
    args: [JSON.stringify(task)],
    environment: { PATH: process.env.PATH },
    execArgv: ["--expose-gc"],
    within: pinning,
  });
  try {
    await child.waitForLine(/^ready$/, startTimeoutMs);
    const { compileMs } = await exchange<Prepared>(child, { kind: "prepare", answers } satisfies Message);
    return { ...task, child, compileMs, rates: [] };
  } catch (error) {
    await child.end();
    throw error;
  }
}

async function measuredOf(each: Running, all: readonly Running[]): Promise<Measured> {
  const { engine, set, child, compileMs, rates } = each;
  return {
    engine,
    set,
    decisionsPerSecond: spreadOf(rates),
    ours: ratioOf(ourRates(all, set), rates),
    compileMs,
    p99Us: await exchange<number>(child, { kind: "p99" } satisfies Message),
  };
}

function ourRates(all: readonly Running[], wanted: string): readonly number[] {
  return all.find(({ engine, set }) => engine === ourName && set === wanted)?.rates ?? [];
}

/** The ratio of each round to the same round of the other. */
function ratioOf(one: readonly number[], other: readonly number[]): Spread {
  return spreadOf(one.map((value, round) => value / (other[round] ?? Number.NaN)));
}

function growthOf(all: readonly Running[]): Report["growth"] {
  const pairs = [
    { set: "L", of: "S" },
    { set: "XL", of: "L" },
  ];
  return pairs.map(({ set, of }) => ({ set, of, times: ratioOf(ourRates(all, of), ourRates(all, set)) }));
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
