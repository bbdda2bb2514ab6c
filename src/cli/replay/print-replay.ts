import { toSafeJson } from "../../lib/json.ts";
import { samplesMax, type Group, type Tally } from "../../lib/replay/tally.ts";
import { counted } from "../counted.ts";
import { shortName } from "../listing.ts";
import { printAction } from "../plan/plan-row.ts";
import { cleaned, printCsv, printTable, type Rows } from "../rows.ts";

export const replayFormats = ["table", "json", "csv"] as const;

const columns = ["count", "before", "after", "rule before", "rule after", "facts", "connections"];
const csvColumns = [...columns, "examples"];
/** What a row of CSV has for the verdict of decisions that cannot be replayed. */
const none = "cannot be replayed";

/** A table fits into a terminal of that width, where there is one. */
export function printReplay(tally: Tally, format: (typeof replayFormats)[number], width?: number): string {
  const groups = groupsOf(tally);
  if (format === "json") return `${toSafeJson(jsonOf(tally), 2)}\n`;
  if (format === "csv")
    return printCsv([...groups.map((each) => row(each)), ...reasonsIn(tally).map(reasonRow)], csvColumns);
  const rows = groups.map((each) => {
    const shown = row(each, shortName);
    return { ...shown, connections: `${shown.connections}${andMore(each)}` };
  });
  const table = groups.length === 0 ? "" : `${printTable(rows, columns, width)}\n`;
  return `${table}${summaryOf(tally)}${reasonsOf(tally)}`;
}

/** The largest first. */
function groupsOf({ groups }: Tally): readonly Group[] {
  const key = ({ before, after }: Group) => JSON.stringify([before, after]);
  return [...groups.values()].toSorted((a, b) => b.count - a.count || (key(a) < key(b) ? -1 : 1));
}

function row(
  { before, after, count, facts, samples, connections }: Group,
  nameOf = (connection: string) => connection,
): Rows[number] {
  const printed = [...facts].map(([comparison, { values }]) => {
    const was = values.filter((value) => value !== "");
    return was.length === 0 ? comparison : `${comparison} (${was.join(", ")})`;
  });
  return {
    count: String(count),
    before: printDecided(before),
    after: printDecided(after),
    "rule before": before.rule ?? "",
    "rule after": after.rule ?? "",
    facts: printed.toSorted().join("; "),
    connections: connections.map(nameOf).join(" "),
    examples: samples.join(" "),
  };
}

/** Not every connection of a group is kept, nor how many there are: each has one of the decisions at least. */
function andMore({ connections, count }: Group): string {
  const more = count - connections.length;
  return connections.length < samplesMax || more === 0 ? "" : ` and at most ${more} more`;
}

function printDecided({ kind, forMs }: Group["before"]): string {
  return printAction({ action: kind, forMs });
}

function summaryOf({ decisions, same, otherwise, cannot }: Tally): string {
  const lacking = [...cannot.values()].reduce((sum, each) => sum + each, 0);
  return `${counted(decisions, "decision")}: ${same} would be the same, ${otherwise} otherwise, ${lacking} cannot be replayed\n`;
}

type Reason = readonly [reason: string, count: number];

/** Why decisions cannot be replayed; the most frequent first. */
function reasonsIn({ cannot }: Tally): readonly Reason[] {
  return [...cannot].toSorted(([, a], [, b]) => b - a);
}

function reasonsOf(tally: Tally): string {
  return reasonsIn(tally)
    .map(([reason, count]) => `  ${count}: ${cleaned(reason)}\n`)
    .join("");
}

/** Decisions that cannot be replayed are a row too: without them, the counts would pass for all. */
function reasonRow([reason, count]: Reason): Rows[number] {
  return { count: String(count), after: none, facts: reason };
}

function jsonOf(tally: Tally) {
  const { decisions, same, otherwise, cannot } = tally;
  return {
    decisions,
    same,
    otherwise,
    cannotBeReplayed: [...cannot].map(([reason, count]) => ({ reason, count })),
    groups: groupsOf(tally).map(({ before, after, count, samples, connections, facts }) => ({
      count,
      before,
      after,
      examples: samples,
      connections,
      facts: [...facts].map(([comparison, { count: times, values }]) => ({
        comparison,
        count: times,
        values,
      })),
    })),
  };
}
