/** Characters that are not visible text: control and format characters, bidirectional overrides, separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]+/gu;

/** Replaces control and format characters and truncates. For text that somebody else chose, before it is shown. */
export function sanitizeText(text: string, max = 1_000): string {
  const clean = text.replaceAll(unprintable, " ");
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Sanitises every text in a value, including the names of properties. */
export function sanitizeValue(value: unknown): unknown {
  if (typeof value === "string") return sanitizeText(value);
  if (Array.isArray(value)) return value.map(sanitizeValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [sanitizeText(key, 200), sanitizeValue(each)]),
  );
}
