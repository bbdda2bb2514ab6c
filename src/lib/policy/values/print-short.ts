import type { FactValue } from "./fact.ts";

const membersMax = 3;

/** A value for people: as JSON, no longer than is read, and inert. */
export function printShort(value: FactValue, max = 60): string {
  const text = escapeControlCharacters(printed(value, max));
  return text.length <= max + 3 ? text : truncate(text, max);
}

/** Text that is no longer than is read. No character is cut in two: not every store keeps half of one. */
export function truncate(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Text that a requester chose must not be able to move the cursor or to colour what follows. */
export function escapeControlCharacters(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );
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
