/**
 * The canonical form of a value's JSON by RFC 8785: no white space, keys in the order of their UTF-16 code units,
 * numbers and strings as ECMAScript writes them. Equal values have equal text, in any language that follows the RFC.
 *
 * It covers what `JSON.stringify` would store: members that are undefined are left out. The RFC has an error for a lone
 * surrogate. Here it is escaped, as ECMAScript does: a requester can send one in its message, and must not stop its own
 * review.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each)).join(",")}]`;
  // A date, for one, says itself what JSON stores.
  if ("toJSON" in value) return canonicalJson(JSON.parse(JSON.stringify(value)));
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`);
  return `{${members.join(",")}}`;
}

/**
 * The form before RFC 8785 was followed. It differs in one point: keys that are array indices come first, in numeric
 * order, because a JavaScript object holds them so. Hashes over it are stored: those of old entries of the audit chain,
 * and fingerprints, which only have to be equal for equal facts.
 */
export function legacyCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
