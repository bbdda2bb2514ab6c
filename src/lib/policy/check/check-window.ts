import { entriesOf, textAt } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { ChangeWindow } from "../language/policy.ts";
import type { Problems } from "../source/problem.ts";
import { isTimeZone, weekdays } from "../values/time-zone.ts";

const names = weekdays.map((each) => each.toLowerCase());

/** Checks a change window; undefined if there is none, and with problems if it is not valid. */
export function checkWindow(source: Source | undefined, problems: Problems): ChangeWindow | undefined {
  if (source === undefined) return undefined;
  const keys = entriesOf(source, ["days", "from", "to", "timeZone"], problems);
  const days = checkDays(source, keys.get("days"), problems);
  const from = checkTime(source, keys, "from", problems);
  const to = checkTime(source, keys, "to", problems);
  const timeZone = checkTimeZone(source, keys, problems);
  if (from === undefined || to === undefined) return undefined;
  if (from === to)
    problems.add(
      source.at,
      'from and to are equal, so this window is never open; for a whole day use "00:00" and "24:00"',
    );
  return { days, from, to, timeZone };
}

function checkDays(window: Source, source: Source | undefined, problems: Problems): readonly number[] {
  if (source === undefined) return [0, 1, 2, 3, 4, 5, 6];
  if (source.kind !== "list" || source.items.length === 0) {
    problems.add(source.at ?? window.at, "days must be a list such as [Mon-Fri] or [Sat, Sun]");
    return [];
  }
  const days = source.items.flatMap((item) => {
    const found = item.kind === "scalar" ? daysOf(String(item.value)) : undefined;
    if (found === undefined)
      problems.add(
        item.at,
        "a day is one of Mon, Tue, Wed, Thu, Fri, Sat and Sun, or a range such as Mon-Fri",
      );
    return found ?? [];
  });
  return [...new Set(days)].toSorted((a, b) => a - b);
}

/** `Mon`, or every day of `Fri-Mon`. */
function daysOf(text: string): number[] | undefined {
  const [first, last = first, ...rest] = text
    .split("-")
    .map((each) => names.indexOf(each.trim().toLowerCase()));
  if (first === undefined || last === undefined || first < 0 || last < 0 || rest.length > 0) return undefined;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, ahead) => (first + ahead) % 7);
}

/** Minutes after midnight. */
function checkTime(
  window: Source,
  keys: ReadonlyMap<string, Source>,
  key: "from" | "to",
  problems: Problems,
): number | undefined {
  const text = textAt(window, keys, key, problems);
  if (text === "") return undefined;
  const [, hours, minutes] =
    /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? (key === "to" && text === "24:00" ? ["", "24", "00"] : []);
  if (hours !== undefined) return Number(hours) * 60 + Number(minutes);
  problems.add(keys.get(key)?.at ?? window.at, `${key} must be a time of day such as "08:00"`);
  return undefined;
}

function checkTimeZone(window: Source, keys: ReadonlyMap<string, Source>, problems: Problems): string {
  const text = textAt(window, keys, "timeZone", problems);
  if (text !== "" && !isTimeZone(text))
    problems.add(
      keys.get("timeZone")?.at ?? window.at,
      `unknown time zone "${text}"; use an IANA name such as Europe/Amsterdam, or UTC`,
    );
  return text;
}
