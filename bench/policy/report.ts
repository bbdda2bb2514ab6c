import { table } from "../table.ts";
import type { Measured, Report } from "./run.ts";

/** A report as tables for people: decisions per second, and each as a ratio to ours. */
export function printReport({ measured, mix, ours, requests, absent }: Report): string {
  const sets = [...new Set(measured.map(({ set }) => set))];
  const engines = [...new Set(measured.map(({ engine }) => engine))];
  const at = (engine: string, set: string) =>
    measured.find((each) => each.engine === engine && each.set === set);
  const rows = engines.map((engine) => [
    engine,
    ...sets.map((set) => cell(at(engine, set), at("drawbridge", set))),
  ]);
  const own = sets.map((set) => at("drawbridge", set)).filter((each): each is Measured => each !== undefined);
  return [
    `Decisions per second over ${requests} requests; in brackets, ours as a multiple of it.\n`,
    table(["engine", ...sets], rows),
    "",
    table(
      ["ours", ...sets],
      [
        ["p99, µs", ...own.map(({ p99Us }) => p99Us.toFixed(1))],
        ["text to compiled, ms", ...own.map(({ compileMs }) => compileMs.toFixed(0))],
        [
          "approve / hold / reject, %",
          ...sets.map((set) => `${mix[set]?.approve} / ${mix[set]?.hold} / ${mix[set]?.reject}`),
        ],
      ],
    ),
    "",
    table(
      ["beside the decision", ""],
      [
        [
          "preparing the facts, S and L",
          `${ours.prepareUs.S.toFixed(2)} and ${ours.prepareUs.L.toFixed(2)} µs`,
        ],
        ["all reasons, L", `${ours.reasonsUs.toFixed(1)} µs`],
        ["explaining the deciding rule, L", `${ours.explainUs.toFixed(2)} µs`],
        ["reading the text of L (yaml)", `${ours.parseMs.toFixed(0)} ms`],
        [
          "checking and compiling L",
          `${ours.checkAndCompileMs.toFixed(1)} ms${ours.compiledMb === undefined ? "" : `, ${ours.compiledMb.toFixed(1)} MB`}`,
        ],
        [
          "first decision of a fresh process, S",
          `${ours.first.decideMs.toFixed(1)} ms, and ${ours.first.readMs.toFixed(1)} ms reading the text`,
        ],
      ],
    ),
    ...absent,
    "",
  ].join("\n");
}

function cell(measured: Measured | undefined, ours: Measured | undefined): string {
  if (measured === undefined || ours === undefined) return "–";
  const { decisionsPerSecond } = measured;
  const ratio = ours.decisionsPerSecond / decisionsPerSecond;
  return `${Math.round(decisionsPerSecond).toLocaleString("en-US")} (${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(2)}×)`;
}
