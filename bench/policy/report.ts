import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import { printSpread } from "../spread.ts";
import type { Measured, Report } from "./run.ts";

/** A report as tables for people: decisions per second, and each as a ratio to ours. */
export function printReport({ measured, mix, ours, requests, rounds, absent }: Report): string {
  const sets = [...new Set(measured.map(({ set }) => set))];
  const engines = [...new Set(measured.map(({ engine }) => engine))];
  const at = (engine: string, set: string) =>
    measured.find((each) => each.engine === engine && each.set === set);
  const rows = engines.map((engine) => [engine, ...sets.map((set) => cell(at(engine, set)))]);
  const own = sets.map((set) => at("drawbridge", set)).filter((each): each is Measured => each !== undefined);
  return [
    `Decisions per second of CPU time over ${requests} requests, median of ${rounds} rounds in turn; in brackets, ours as a multiple of it.\n`,
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
          `${printSpread(ours.prepareUs.S, 2)} and ${printSpread(ours.prepareUs.L, 2)} µs`,
        ],
        ["all reasons, L", `${printSpread(ours.reasonsUs)} µs`],
        ["explaining the deciding rule, L", `${printSpread(ours.explainUs, 2)} µs`],
        ["reading the text of L (yaml)", `${printSpread(ours.parseMs, 0)} ms`],
        [
          "checking and compiling L",
          `${printSpread(ours.checkAndCompileMs)} ms${ours.compiledMb === undefined ? "" : `, ${ours.compiledMb.toFixed(1)} MB`}`,
        ],
        ...(ours.hugeMs === undefined
          ? []
          : [["10,000 rules from text to compiled, with the analysis", `${printSpread(ours.hugeMs, 0)} ms`]]),
        [
          "first decision of a fresh process, S",
          `${printSpread(ours.first.decideMs)} ms, and ${printSpread(ours.first.readMs)} ms reading the text`,
        ],
      ],
    ),
    ...absent,
    "",
  ].join("\n");
}

function cell(measured: Measured | undefined): string {
  if (measured === undefined) return "–";
  const { decisionsPerSecond, ours } = measured;
  const ratio = ours.median >= 10 ? Math.round(ours.median) : ours.median.toFixed(2);
  return `${Math.round(decisionsPerSecond.median).toLocaleString("en-US")} (${ratio}×)`;
}

const limit = "hand-written (the limit)";

/** The figures that have goals. */
export function figuresOf(report: Report): Figure[] {
  const { ours, growth, measured } = report;
  const ofL = measured.find(({ engine, set }) => engine === "drawbridge" && set === "L");
  const times = (set: string) => growth.find((each) => each.set === set)?.times ?? Number.NaN;
  return [
    besideFastest(report, "S", "decisions with 5 rules, as a multiple of the fastest peer"),
    besideLimit(report, "S", "decisions with 5 rules, the hand-written limit as a multiple"),
    besideFastest(report, "M", "decisions with 50 rules, as a multiple of the fastest peer"),
    besideFastest(report, "L", "decisions with 1,000 rules, as a multiple of the fastest peer"),
    besideLimit(report, "L", "decisions with 1,000 rules, the hand-written limit as a multiple"),
    figure("a decision with 1,000 rules, as a multiple of one with 5", times("L")),
    figure("a decision with 10,000 rules, as a multiple of one with 1,000", times("XL")),
    figure("a decision with 1,000 rules, 99th percentile", ofL?.p99Us ?? Number.NaN),
    figure("preparing the facts for 5 rules", ours.prepareUs.S),
    figure("preparing the facts for 1,000 rules", ours.prepareUs.L),
    figure("explaining the deciding rule of 1,000", ours.explainUs),
    figure("checking and compiling 1,000 rules", ours.checkAndCompileMs),
    figure("memory of 1,000 compiled rules", ours.compiledMb ?? Number.NaN),
    figure("10,000 rules from text to compiled", ours.hugeMs ?? Number.NaN),
    figure("first decision of a fresh process, 5 rules", ours.first.decideMs),
  ];
}

function besideFastest({ measured }: Report, set: string, name: Figure["name"]): Figure {
  const [fastest] = measured
    .filter((each) => each.set === set && each.engine !== limit && each.engine !== "drawbridge")
    .toSorted((one, other) => other.decisionsPerSecond.median - one.decisionsPerSecond.median);
  return figure(name, fastest?.ours ?? Number.NaN, fastest && perSecond(fastest));
}

function besideLimit({ measured }: Report, set: string, name: Figure["name"]): Figure {
  const found = measured.find((each) => each.set === set && each.engine === limit);
  if (found === undefined) return figure(name, Number.NaN);
  const { median, from, to } = found.ours;
  return figure(name, { median: 1 / median, from: 1 / to, to: 1 / from }, perSecond(found));
}

function perSecond({ engine, decisionsPerSecond }: Measured): string {
  return `${engine}: ${Math.round(decisionsPerSecond.median).toLocaleString("en")} a second`;
}
