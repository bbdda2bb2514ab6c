/** A text that is the same for equal conditions, or parts of them, wherever they stand in a policy. */
export function structuralKey(part: unknown): string {
  return JSON.stringify(part, comparable);
}

/** Leaves out where a condition stands and what is derived from the rest of it. JSON has no bigint, as the ends of IPv6 ranges are. */
function comparable(key: string, value: unknown): unknown {
  if (["at", "trust", "among"].includes(key) || typeof value === "function") return undefined;
  return typeof value === "bigint" ? value.toString() : value;
}
