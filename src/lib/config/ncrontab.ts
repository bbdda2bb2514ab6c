import { minuteMs } from "../clock.ts";

const minutesOfDay = 24 * 60;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of its values, in order. */
  readonly names?: readonly string[];
}

const months = "january february march april may june july august september october november december".split(
  " ",
);
const weekdays = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const fields: readonly Field[] = [
  { name: "second", min: 0, max: 59 },
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day of week", min: 0, max: 6, names: weekdays },
];
/** Days of each month from January on, in a leap year. */
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** How often a schedule runs, to tell when a run is overdue. */
export interface Ncrontab {
  /** Longest time between two runs of a day, to the minute; one day for a schedule that leaves days out. */
  readonly periodMs: number;
  readonly everyDay: boolean;
}

/**
 * Parses a schedule like NCrontab in the Functions host, but refuses forms that are accepted there and rarely intended:
 * NCrontab reverses a backward range, treats a step of 0 as 1, and accepts "M" for March.
 * @returns all problems, if there are any
 */
export function parseNcrontab(text: string): Ncrontab | readonly string[] {
  if (/^-?(\d+\.)?\d+:\d+(:\d+)?/.test(text))
    return ["a time span (hh:mm:ss) runs on App Service plans alone, not on Flex Consumption or Consumption"];
  // Splits at spaces only, not at other white space, as NCrontab does.
  const parts = text.split(" ").filter((part) => part !== "");
  if (parts.length !== fields.length) return [`there are ${parts.length} of six fields`];
  const problems: string[] = [];
  const read = fields.map((field, index) => valuesOf(field, parts[index] ?? "", problems));
  if (problems.length > 0) return [...new Set(problems)];
  const [, minute = [], hour = [], day = [], month = [], weekday = []] = read;
  if (!month.some((each) => day.some((date) => date <= (daysOfMonth[each - 1] ?? 0))))
    return ["no such day is in any of its months, so that it never runs"];
  const everyDay = day.length === 31 && month.length === 12 && weekday.length === 7;
  const gap = everyDay
    ? longestGap(hour.flatMap((each) => minute.map((at) => each * 60 + at)))
    : minutesOfDay;
  return { periodMs: gap * minuteMs, everyDay };
}

/** Longest gap between sorted minutes of a day, including the one to the first minute of the next day. */
function longestGap(minutes: readonly number[]): number {
  const first = minutes[0] ?? 0;
  const next = [...minutes.slice(1), first + minutesOfDay];
  return Math.max(...minutes.map((minute, index) => (next[index] ?? 0) - minute));
}

/** The values of a field, sorted. */
function valuesOf(field: Field, text: string, problems: string[]): readonly number[] {
  const values = new Set<number>();
  for (const member of text.split(",")) {
    const found = memberOf(field, member);
    if (typeof found === "string") problems.push(`${field.name} "${text}": ${found}`);
    else for (let value = found.from; value <= found.to; value += found.step) values.add(value);
  }
  return [...values].toSorted((one, other) => one - other);
}

type Member = { readonly from: number; readonly to: number; readonly step: number } | string;

/** One member of a field's list: a value, a range or all, and a step; or its problem. */
function memberOf(field: Field, text: string): Member {
  const [, first, last, steps] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  if (first === undefined || (first === "*" && last !== undefined))
    return text === "" ? "a member of the list is empty" : `"${text}" is no value, range or step`;
  const step = Number(steps ?? 1);
  const { min, max } = field;
  const all = max - min + 1;
  if (step < 1 || step > all) return `a step must be 1 to ${all}`;
  if (first === "*") return { from: min, to: max, step };
  const [from, end] = [valueOf(field, first), last === undefined ? undefined : valueOf(field, last)];
  if (Number.isNaN(from) || Number.isNaN(end)) return `a value must be ${rangeOf(field)}`;
  const to = end ?? (steps === undefined ? from : max);
  return from <= to ? { from, to, step } : "the range runs backwards";
}

/** The number of a value; NaN if the field has no such value. Names may be abbreviated to three letters. */
function valueOf({ min, max, names = [] }: Field, text: string): number {
  const named = text.length < 3 ? -1 : names.findIndex((name) => name.startsWith(text.toLowerCase()));
  const value = named >= 0 ? named + min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : Number.NaN;
}

function rangeOf({ min, max, names }: Field): string {
  return `${min} to ${max}${names === undefined ? "" : `, or a name such as ${names[0] ?? ""}`}`;
}
