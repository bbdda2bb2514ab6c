import { dayMs, plusMs } from "../../clock.ts";
import type { ApprovalTerm, Decision, Link } from "./connection-record.ts";

/** The end is announced when a tenth of the term is left, and at most this long ahead. */
const noticeMaxMs = 14 * dayMs;

/** The term of an approval that an entry decides; undefined if it has no end, or decides something else. */
export function termOf({
  at,
  verdict,
  person,
}: Pick<Decision & Link, "at" | "verdict" | "person">): ApprovalTerm | undefined {
  const lastsMs =
    person === undefined ? verdict.forMs : person.until && Date.parse(person.until) - Date.parse(at);
  if (typeof lastsMs !== "number") return undefined;
  const until = plusMs(new Date(at), lastsMs);
  return { until, nextAt: plusMs(new Date(until), -Math.min(noticeMaxMs, lastsMs / 10)) };
}
