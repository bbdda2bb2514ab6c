import { parseInstant } from "../values/instant.ts";
import type { Source } from "../source/parse.ts";
import type { Problems } from "../source/problem.ts";

const dayMs = 24 * 3_600_000;

/**
 * Milliseconds since 1970 from which something is absent; undefined where nothing stands there, and with a problem
 * where it is no instant. A date without a time means all of that day: who writes one expects it to count still.
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
