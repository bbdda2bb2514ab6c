/** A condition, or a part of one, as text that equal ones share, wherever they stand. */
export function printed(part: unknown): string {
  return JSON.stringify(part, comparable);
}

/** Leaves out where a condition stands and what follows from the rest of it; the ends of IPv6 ranges are big. */
function comparable(key: string, value: unknown): unknown {
  if (["at", "trust", "among"].includes(key) || typeof value === "function") return undefined;
  return typeof value === "bigint" ? value.toString() : value;
}
