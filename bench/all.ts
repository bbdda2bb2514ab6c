import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../local/child-process.ts";
import { isMet, printFigures, type Figure } from "./figure.ts";
import { thisMachine, type Machine } from "./machine.ts";
import { sizes, type BenchName } from "./sizes.ts";

/** What one benchmark of a run of all came to. */
interface Outcome {
  readonly name: BenchName;
  readonly size: string;
  readonly seconds: number;
  /** Why it has no figures. */
  readonly failed?: string;
  readonly figures: readonly Figure[];
}

export interface AllReport {
  readonly machine: Machine;
  readonly outcomes: readonly Outcome[];
}

/**
 * Runs each benchmark in a process of its own, one after the other: none meets the memory of another, and none ends the
 * others.
 */
export function runAll(names: readonly BenchName[], progress: (step: string) => void): AllReport {
  const machine = thisMachine();
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-bench-"));
  try {
    const outcomes = names.map((name) => {
      progress(`bench ${name}`);
      return runOne(name, join(folder, `${name}.json`));
    });
    return { machine, outcomes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runOne(name: BenchName, file: string): Outcome {
  const startedAt = performance.now();
  const { together } = sizes[name];
  const size = Object.entries(together).map(([option, value]) => `${option} ${value}`);
  const options = Object.entries(together).flatMap(([option, value]) => [`--${option}`, value]);
  const main = join(root, "bench/main.ts");
  const { status } = spawnSync(process.execPath, ["--expose-gc", main, name, ...options, "--json", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const common = { name, size: size.join(", "), seconds };
  if (status !== 0) return { ...common, failed: `it ended with ${String(status)}`, figures: [] };
  const { figures } = JSON.parse(readFileSync(file, "utf8"), revive) as { readonly figures: Figure[] };
  return { ...common, figures };
}

/** JSON has no NaN, and writes null for what could not be measured. */
function revive(key: string, value: unknown): unknown {
  return key === "value" && value === null ? Number.NaN : value;
}

/** Every figure beside its goal, what was measured with which size, and what failed. */
export function printAll({ machine, outcomes }: AllReport): string {
  const { processors, model, memoryGb, node, at } = machine;
  const figures = outcomes.flatMap((each) => each.figures);
  const count = (wanted: boolean) => figures.filter((each) => isMet(each) === wanted).length;
  const seconds = outcomes.reduce((sum, each) => sum + each.seconds, 0);
  return [
    `${processors} processors (${model}), ${memoryGb} GB, Node ${node}, ${at}.\n`,
    printFigures(figures),
    "",
    `${count(true)} met, ${count(false)} not met, in ${(seconds / 60).toFixed(1)} minutes.\n`,
    ...outcomes.map(
      ({ name, size, seconds: taken, failed }) =>
        `- ${name} (${taken.toFixed(0)} s): ${size}${failed === undefined ? "" : `; no figures, ${failed}`}`,
    ),
    "",
  ].join("\n");
}
