import { printSpread, type Spread } from "../spread.ts";
import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Imported, Report } from "./run.ts";

/** A report as tables for people. */
export function printColdStart({
  rounds,
  bare,
  app,
  firstEvent,
  unbundled,
  parts,
  verdicts,
}: Report): string {
  const ratio = (ms: number) => `${(ms / bare.took.cpu.median).toFixed(2)}×`;
  const rowOf = ({ name, bytes, took }: Imported) => [
    name,
    Number.isNaN(bytes) ? "–" : Math.round(bytes / 1000).toString(),
    printSpread(took.cpu),
    printSpread(took.elapsed),
    ratio(took.cpu.median),
  ];
  const event = [
    "the app, to the first event's answer",
    "–",
    printSpread(firstEvent.cpu),
    printSpread(firstEvent.elapsed),
    ratio(firstEvent.cpu.median),
  ];
  return [
    `Milliseconds in a fresh process, median of ${rounds} (middle half); × is of the CPU time of the bare import.\n`,
    table(
      ["imported", "kB", "CPU time", "elapsed", "×"],
      [bare, app].map(rowOf).concat([event], [unbundled].map(rowOf)),
    ),
    "",
    table(["loaded when it is needed", "kB", "CPU time", "elapsed", "×"], parts.map(rowOf)),
    "",
    table(
      ["first verdict: CPU time", ...verdicts.map(({ rules }) => `${rules} rules`)],
      [
        ["loading the modules", ...verdicts.map(({ modules }) => printSpread(modules.cpu))],
        ["loading the policy", ...verdicts.map(({ policy }) => printSpread(policy.cpu))],
        ["deciding", ...verdicts.map(({ decision }) => printSpread(decision.cpu, 2))],
      ],
    ),
    "",
  ].join("\n");
}

/** The figures that have goals, of CPU time. */
export function figuresOf({ bare, app, firstEvent, unbundled, verdicts }: Report): Figure[] {
  const ms = (took: { readonly cpu: Spread }) => `${took.cpu.median.toFixed(0)} ms`;
  const verdict = (wanted: number, name: Figure["name"]) => {
    const found = verdicts.find(({ rules }) => rules === wanted);
    return figure(name, found?.total.cpu ?? Number.NaN, found && `loading the policy: ${ms(found.policy)}`);
  };
  return [
    figure(
      "registering every function, as a multiple of the bare import",
      over(app.took.cpu, bare.took.cpu),
      `only @azure/functions: ${ms(bare.took)}`,
    ),
    figure(
      "the first event, as a share of importing every package",
      over(firstEvent.cpu, unbundled.took.cpu),
      `every package, not bundled: ${ms(unbundled.took)}`,
    ),
    verdict(5, "first verdict of a fresh process, 5 rules"),
    verdict(1_000, "first verdict of a fresh process, 1,000 rules"),
  ];
}

function over({ median, from, to }: Spread, other: Spread): Spread {
  return { median: median / other.median, from: from / other.median, to: to / other.median };
}
