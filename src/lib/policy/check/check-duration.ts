import type { Source } from "../source/parse.ts";
import type { Problems } from "../source/problem.ts";
import { dayMs, parseDuration } from "../values/duration.ts";

const maxMs = 3_660 * dayMs;

/** Milliseconds of a duration; undefined if none is set, and with a problem if it is not valid. */
export function checkDuration(
  source: Source | undefined,
  key: string,
  problems: Problems,
): number | undefined {
  if (source === undefined) return undefined;
  const text = source.kind === "scalar" && typeof source.value === "string" ? source.value : "";
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= maxMs) return ms;
  problems.add(
    source.at,
    `${key} must be a duration in weeks, days or hours such as P12W, P90D or PT36H, at most ten years`,
  );
  return undefined;
}
