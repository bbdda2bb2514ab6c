const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** Milliseconds since 1970 of an ISO 8601 date or instant, in UTC without a zone; undefined for other text. */
export function parseInstant(text: string): number | undefined {
  const match = iso.exec(text);
  if (match === null) return undefined;
  // Date.parse reads 30 February as 2 March.
  if (Number(text.slice(8, 10)) > 28 && !isDay(text.slice(0, 10))) return undefined;
  const zoned = text.length > 10 && match[1] === undefined ? `${text}Z` : text;
  const ms = Date.parse(zoned.toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

function isDay(date: string): boolean {
  const at = Date.parse(date);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}
