/** A text that is the same for equal conditions or parts of conditions, independently of their position. */
export function structuralKey(part: unknown): string {
  return JSON.stringify(part, comparable);
}

/** Leaves out positions and derived properties, and prints the bigints of IPv6 ranges, which JSON does not have. */
function comparable(key: string, value: unknown): unknown {
  if (["at", "trust", "among"].includes(key) || typeof value === "function") return undefined;
  return typeof value === "bigint" ? value.toString() : value;
}
