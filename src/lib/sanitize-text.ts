/** What can pretend to be something else than text: control and format characters, bidirectional overrides, separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]+/gu;

/**
 * Text that somebody else chose, as text: without what a terminal, a chat or a person could take for more, and no longer than
 * is read.
 */
export function sanitizeText(text: string, max = 1_000): string {
  const clean = text.replaceAll(unprintable, " ");
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The same of every text in a value, names of properties included. */
export function plainValue(value: unknown): unknown {
  if (typeof value === "string") return sanitizeText(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [sanitizeText(key, 200), plainValue(each)]),
  );
}
