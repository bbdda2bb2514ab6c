const minuteMs = 60_000;
const minutesOfDay = 24 * 60;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** What its values are called, from the first on. */
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
/** Of the months from January on, in a leap year. */
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** How often a schedule runs, as far as its lateness is told by it. */
export interface Ncrontab {
  /** How far apart two runs of a day are at most, to the minute; a day where days are left out. */
  readonly periodMs: number;
  readonly everyDay: boolean;
}

/**
 * Reads a schedule as the Functions host's NCrontab does, and is stricter where NCrontab takes what nobody means: it
 * turns a range around that runs backwards, takes a step of 0 for 1, and "M" for March.
 * @returns what is wrong with it otherwise, all at once
 */
export function parseNcrontab(text: string): Ncrontab | readonly string[] {
  if (/^-?(\d+\.)?\d+:\d+(:\d+)?/.test(text))
    return ["a time span (hh:mm:ss) runs on App Service plans alone, not on Flex Consumption or Consumption"];
  // As NCrontab does: at spaces, and at no other white space.
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

/** Between minutes of a day, in order, the last of which is followed by the first of the next day. */
function longestGap(minutes: readonly number[]): number {
  const first = minutes[0] ?? 0;
  const next = [...minutes.slice(1), first + minutesOfDay];
  return Math.max(...minutes.map((minute, index) => (next[index] ?? 0) - minute));
}

/** Which values a field has, in order. */
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

/** One member of a field's list: a value, a range or all, and a step; or what is wrong with it. */
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

/** NaN where the field has no such value. Names may be cut after their third letter. */
function valueOf({ min, max, names = [] }: Field, text: string): number {
  const named = text.length < 3 ? -1 : names.findIndex((name) => name.startsWith(text.toLowerCase()));
  const value = named >= 0 ? named + min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : Number.NaN;
}

function rangeOf({ min, max, names }: Field): string {
  return `${min} to ${max}${names === undefined ? "" : `, or a name such as ${names[0] ?? ""}`}`;
}
