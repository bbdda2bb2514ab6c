import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { judge } from "../../src/lib/policy/evaluate/judge.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";
import { load } from "../../src/lib/policy/load.ts";
import { root } from "../../local/child-process.ts";
import { rate } from "../policy/measure.ts";
import { createRecords, subscriptions, writeExport } from "./records.ts";

export interface Options {
  /** Decisions in an export; several, to compare the memory. */
  readonly counts: readonly number[];
  readonly budgetMs: number;
  readonly progress: (step: string) => void;
}

interface Measured {
  readonly decisions: number;
  /** Size of the export. */
  readonly exportMb: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Largest resident memory of the process with all its threads. */
  readonly mb: number;
  readonly otherwise: number;
}

export interface Report {
  readonly threads: number;
  /** Decisions a second of the engine alone: facts prepared and judged, in one thread, without reading a record. */
  readonly enginePerSecond: number;
  /** JSON texts of records parsed a second, in one thread: what no replay in this language can beat on one core. */
  readonly parsedPerSecond: number;
  readonly measured: readonly Measured[];
}

const policyText = (zones: readonly string[]) => `name: recorded
limits: [{ name: headroom, max: 50 }]
rules:
  - name: zones
    if:
      allOf:
        - { field: endpoint.subscriptionId, in: [${zones.join(", ")}] }
        - { field: endpoint.subnet.name, like: "snet-endpoints*" }
        - { field: connection.groupId, equals: Gateway }
    then: { effect: approve }
  - name: elsewhere
    if: { field: endpoint.location, notIn: [westeurope, northeurope] }
    then: { effect: reject }
`;

/** Measures a replay of a changed policy over exports, each in a process of its own. */
export function run({ counts, budgetMs, progress }: Options): Report {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-replay-"));
  try {
    const text = policyText(subscriptions.slice(0, 30));
    const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, {});
    if (loaded.kind === "invalid") throw new Error("the policy of the benchmark does not load");
    const { compiled } = loaded;
    progress("recording decisions");
    const { facts, lines } = createRecords(compiled);
    writeFileSync(join(folder, "policy.yaml"), policyText(subscriptions.slice(0, 29)));
    progress("the engine alone");
    const now = Date.parse("2026-11-24T12:00:00Z");
    const enginePerSecond = rate(
      facts,
      (each) => judge(compiled, prepare(each, compiled.layout, now)),
      budgetMs,
    ).median;
    const parsedPerSecond = rate(lines, (line) => JSON.parse(line) as unknown, budgetMs).median;
    const measured = counts.map((count) => {
      progress(`a replay of ${count} decisions`);
      return measure(folder, lines, count);
    });
    return { threads: availableParallelism(), enginePerSecond, parsedPerSecond, measured };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(folder: string, lines: readonly string[], count: number): Measured {
  const file = join(folder, `${count}.jsonl`);
  const size = writeExport(file, lines, count);
  const script = join(root, "bench/replay/replay-process.ts");
  const args = ["replay", file, "--policy", join(folder, "policy.yaml"), "--format", "json"];
  const out = execFileSync(process.execPath, [script, ...args], { encoding: "utf8" });
  const [last = ""] = out.trimEnd().split("\n").slice(-1);
  const { seconds, mb } = JSON.parse(last) as { seconds: number; mb: number };
  const found = JSON.parse(out.slice(0, out.lastIndexOf(last))) as { decisions: number; otherwise: number };
  if (found.decisions !== count) throw new Error(`${found.decisions} of ${count} decisions were replayed`);
  rmSync(file);
  return {
    decisions: count,
    exportMb: size / 2 ** 20,
    seconds,
    perSecond: count / seconds,
    mb,
    otherwise: found.otherwise,
  };
}
