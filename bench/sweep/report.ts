import { figure, type Figure } from "../figure.ts";
import { table } from "../table.ts";
import type { Measured, Report } from "./run.ts";

/** Formats a report: calls by kind, from the log of the simulated Azure, and each measurement as a multiple of ours. */
export function printSweepReport({ options, measured }: Report): string {
  const { services, subscriptions, changes } = options;
  const kinds = [...new Set(measured.flatMap(({ calls }) => Object.keys(calls)))].toSorted(byKind);
  const ours = measured.find(({ name }) => name.startsWith(`ours, ${changes}`));
  const names = measured.map(({ name }) => name);
  const cells = (of: (each: Measured) => string) => measured.map(of);
  return [
    `${services} services in ${subscriptions} subscriptions, ${changes} new requests.\n`,
    table(
      ["calls", ...names],
      [
        ...kinds.map((kind) => [kind, ...cells(({ calls }) => String(calls[kind] ?? 0))]),
        [
          "total, including refused",
          ...cells((each) => `${callsOf(each)}${ratio(callsOf(each), ours && callsOf(ours))}`),
        ],
        ["seconds", ...cells((each) => `${each.seconds.toFixed(1)}${ratio(each.seconds, ours?.seconds)}`)],
        ["approved", ...cells(({ approved }) => String(approved))],
        ["seconds of the sweep itself", ...cells(({ step }) => step?.sweepSeconds.toFixed(1) ?? "–")],
        ["table: rows read, pages, writes", ...cells(({ step }) => tableOf(step))],
        ["largest heap, MB", ...cells(({ step }) => step?.heldMb.toFixed(0) ?? "–")],
      ],
    ),
    "",
  ].join("\n");
}

function tableOf(step: Measured["step"]): string {
  return step === undefined ? "–" : `${step.table.reads}, ${step.table.pages}, ${step.table.writes}`;
}

function callsOf({ calls }: Measured): number {
  return Object.entries(calls).reduce((sum, [kind, count]) => sum + (kind === "refused" ? 0 : count), 0);
}

function ratio(value: number, ours: number | undefined): string {
  return ours === undefined || ours === 0 ? "" : ` (${(value / ours).toFixed(value / ours < 10 ? 2 : 0)}×)`;
}

/** Sorts queries first and refusals last. */
function byKind(a: string, b: string): number {
  const rank = (kind: string) => (kind.startsWith("POST") ? 0 : kind === "refused" ? 2 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The figures that have goals. Of an approval, the calls that a sweep without changes makes too are taken off. */
export function figuresOf({ options, measured }: Report): Figure[] {
  const { services, changes } = options;
  const ours = measured.find(({ name }) => name === `ours, ${changes} new requests`);
  const idle = measured.find(({ name }) => name === "ours, nothing changed");
  const runbook = measured.find(({ name }) => name.startsWith("a runbook"));
  const heaps = measured.flatMap(({ step }) => (step === undefined ? [] : [step.heldMb]));
  const refused = measured
    .filter(({ name }) => name.startsWith("ours"))
    .reduce((sum, { calls }) => sum + (calls.refused ?? 0), 0);
  const queries = ours?.calls["POST resources"] ?? Number.NaN;
  const approving = ours && idle ? (callsOf(ours) - callsOf(idle)) / changes : Number.NaN;
  const beside = runbook && `a runbook, in all: ${callsOf(runbook).toLocaleString("en")}`;
  return [
    figure("queries of a sweep, for each 1,000 services", queries / Math.ceil(services / 1_000), beside),
    figure("calls to Azure of an approving review", approving, "a runbook, which checks nothing: 1"),
    figure("calls that Azure refused", refused, runbook && `a runbook: ${runbook.calls.refused ?? 0}`),
    figure("largest heap of a sweep", Math.max(...heaps), `${services.toLocaleString("en")} services`),
  ];
}
