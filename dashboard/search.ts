/** Whether all words of a search are in the texts; case does not count. */
export function matches(search: string, ...texts: readonly (string | undefined)[]): boolean {
  if (search === "") return true;
  const all = texts.join("\n").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
