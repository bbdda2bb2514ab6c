/** The words of a search, in small letters. */
const wordsOf = (search: string) =>
  search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");

/** Whether a search names anything: spaces alone do not. */
export function isSearch(search: string): boolean {
  return wordsOf(search).length > 0;
}

/** Whether all words of a search are in the texts; case does not count. */
export function matches(search: string, ...texts: readonly (string | undefined)[]): boolean {
  const words = wordsOf(search);
  if (words.length === 0) return true;
  const all = texts.join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}
