import type { FactValue } from "./fact.ts";

const membersMax = 3;

/** A value as short JSON for people, with control characters escaped. */
export function printShort(value: FactValue, max = 60): string {
  const text = escapeControlCharacters(printed(value, max));
  return text.length <= max + 3 ? text : truncate(text, max);
}

/** Truncates text without splitting a surrogate pair, which not every store accepts. */
export function truncate(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Escapes control characters, so that text from a requester cannot move the cursor or colour a terminal. */
export function escapeControlCharacters(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );
}

/** Prints only the part of a value that is shown, since the whole may be a megabyte. */
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
