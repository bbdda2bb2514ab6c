import { dayMs, hourMs, minuteMs } from "../lib/clock.ts";
import { connectionCatalogue, type Field } from "../lib/policy/language/fields.ts";
import type { Entry } from "./app.ts";
import { printTable } from "./rows.ts";

/** A fact of a decision: its value or why it is unknown, where it was read, and when. */
export interface ExplainedFact {
  readonly field: string;
  readonly value?: unknown;
  readonly unknown?: string;
  readonly source: Field["source"];
  /** The requester chose the value, or a part of it. */
  readonly requesterChosen: boolean;
  readonly readAt: string;
}

/**
 * The facts of a decision. All were read for it, except the requester's subscription, which may be five minutes older.
 * Evaluated `asOf` another time, the time is that one; nothing else was read again.
 */
export function explainedFacts(
  { facts, at, subscriptionsAt = at }: Entry,
  asOf?: number,
): readonly ExplainedFact[] {
  if (facts === undefined) return [];
  const { known: recorded, unknown } = facts;
  const time = asOf === undefined ? undefined : new Date(asOf).toISOString();
  const known = time === undefined ? recorded : { ...recorded, "time.now": time };
  return connectionCatalogue.fields.flatMap(({ name, source, assertedBy }): ExplainedFact[] => {
    const origin = {
      source,
      requesterChosen: assertedBy === "requester",
      readAt: name === "time.now" ? (time ?? at) : source === "requester" ? subscriptionsAt : at,
    };
    if (Object.hasOwn(unknown, name)) return [{ field: name, unknown: String(unknown[name]), ...origin }];
    return Object.hasOwn(known, name) ? [{ field: name, value: known[name], ...origin }] : [];
  });
}

/** `45 facts, 6 of them unknown`: those that no rule asks about are recorded too. */
export function countFacts(facts: readonly ExplainedFact[]): string {
  const unknown = facts.filter((each) => each.unknown !== undefined).length;
  return `${facts.length} facts${unknown === 0 ? "" : `, ${unknown} of them unknown`}`;
}

const shownMax = 60;

/** The value is last: it may be long, and is wrapped to the width of a terminal, where there is one. */
export function printFacts(facts: readonly ExplainedFact[], now: number, width?: number): string {
  const rows = facts.map(({ field, value, unknown, source, requesterChosen, readAt }) => ({
    fact: field,
    source: requesterChosen ? `${source}, chosen by the requester` : source,
    age: ageOf(now - Date.parse(readAt)),
    value: unknown === undefined ? shorten(JSON.stringify(value)) : `unknown (${unknown})`,
  }));
  return printTable(rows, ["fact", "source", "age", "value"], width);
}

function shorten(text: string): string {
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

const units = [
  ["d", dayMs],
  ["h", hourMs],
  ["min", minuteMs],
  ["s", 1_000],
] as const;

function ageOf(ms: number): string {
  const [name, unitMs] = units.find(([, each]) => ms >= each) ?? ["s", 1_000];
  return `${Math.max(0, Math.floor(ms / unitMs))} ${name}`;
}
