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
