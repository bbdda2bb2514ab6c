/** `and 3 more`, or nothing where nothing is left out. */
export function andMore(left: number): readonly string[] {
  return left > 0 ? [`and ${left} more`] : [];
}

/** The first of a list, and how many more there are. */
export function truncateList(list: readonly string[], max: number): readonly string[] {
  return [...list.slice(0, max), ...andMore(list.length - max)];
}

/** The first of a list in one line: `a, b and 3 more`. */
export function joinTruncated(list: readonly string[], max: number): string {
  return [list.slice(0, max).join(", "), ...andMore(list.length - max)].join(" ");
}
