import { dayMs } from "../values/duration.ts";
import { parseInstant } from "../values/instant.ts";
import type { Source } from "../source/parse.ts";
import type { Problems } from "../source/problem.ts";

/**
 * The time from which a rule or an exemption is ignored, in milliseconds since 1970; undefined if none is set, and with
 * a problem if it is not an instant. A date without a time includes that day, as its author expects.
 */
export function checkExpiry(source: Source | undefined, problems: Problems): number | undefined {
  if (source === undefined) return undefined;
  const text = source.kind === "scalar" && typeof source.value === "string" ? source.value : "";
  const instant = parseInstant(text);
  if (instant === undefined) {
    problems.add(source.at, "expiresOn must be a date or an instant such as 2026-12-01T00:00:00Z");
    return undefined;
  }
  if (text.includes("T") || text.includes("t")) return instant;
  const end = instant + dayMs;
  problems.add(
    source.at,
    `expiresOn ${text} means the end of that day in UTC, ${new Date(end).toISOString().slice(0, 19)}Z`,
    "note",
  );
  return end;
}
