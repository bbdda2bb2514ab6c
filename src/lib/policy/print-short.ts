import { plain } from "../plain.ts";
import type { FactValue } from "./fact.ts";

const membersMax = 3;

/** A value for people: as JSON, no longer than is read, and without what could pass for more than text. */
export function printShort(value: FactValue, max = 60): string {
  return plain(printed(value, max), max + 2);
}

/** Never more of a value than is shown: it may weigh a megabyte. */
function printed(value: FactValue, max: number): string {
  if (typeof value === "string")
    return value.length <= max
      ? JSON.stringify(value)
      : `${JSON.stringify(value.slice(0, max)).slice(0, -1)}…"`;
  if (Array.isArray(value)) {
    const members = (value as readonly FactValue[]).slice(0, membersMax).map((each) => printed(each, max));
    return `[${members.join(",")}${value.length > membersMax ? ",…" : ""}]`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value);
  const members = entries
    .slice(0, membersMax)
    .map(([key, each]) => `${printed(key, max)}:${printed(each, max)}`);
  return `{${members.join(",")}${entries.length > membersMax ? ",…" : ""}}`;
}
