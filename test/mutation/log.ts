import { readFileSync } from "node:fs";
import type { Line } from "./plan.ts";

interface Test {
  readonly ms: number;
  readonly reaches: ReadonlySet<number>;
  /** The mutants that were on in it. */
  readonly tried: Set<number>;
}

/** What a log says. Tests are known by their ids. */
export interface Log {
  readonly tests: Map<string, Test>;
  readonly failed: string[];
  /** Switches that are called outside of tests. */
  readonly outside: Set<number>;
  /** The tests that noticed a mutant. */
  readonly noticed: Map<number, Set<string>>;
  readonly unrepeatable: Set<string>;
  readonly endless: Set<number>;
  /** The mutant that was tried at last. */
  last?: number;
}

export function readLog(file: string): Log {
  const log: Log = {
    tests: new Map(),
    failed: [],
    outside: new Set(),
    noticed: new Map(),
    unrepeatable: new Set(),
    endless: new Set(),
  };
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  for (const line of lines) add(JSON.parse(line) as Line, log);
  return log;
}

function add(line: Line, log: Log): void {
  if ("outside" in line) for (const id of line.outside) log.outside.add(id);
  else if ("ran" in line) {
    const { ran, file, name, ms, reaches, failed } = line;
    log.tests.set(ran, { ms, reaches: new Set(reaches), tried: new Set() });
    if (failed) log.failed.push(`${file}: ${name}`);
  } else if ("trying" in line) {
    log.tests.get(line.test)?.tried.add(line.trying);
    log.last = line.trying;
  } else if ("noticed" in line) addTo(log.noticed, line.noticed, line.test);
  else if ("unrepeatable" in line) log.unrepeatable.add(line.unrepeatable);
  else log.endless.add(line.endless);
}

function addTo(sets: Map<number, Set<string>>, id: number, text: string): void {
  sets.set(id, (sets.get(id) ?? new Set()).add(text));
}
