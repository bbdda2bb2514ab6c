/** The end of a message about an unknown name: the nearest candidate, or `otherwise` if none is near. */
export function didYouMean(name: string, candidates: readonly string[], otherwise = ""): string {
  const suggestion = nearest(name, candidates);
  return suggestion === undefined ? otherwise : `; did you mean "${suggestion}"?`;
}

/** The candidate with the smallest edit distance to `text`, else the one that it abbreviates; ignores case. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  // The distance takes quadratic time, which a long hostile text could exploit.
  if (text.length > 100) return undefined;
  const limit = Math.max(1, Math.floor(text.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best ?? completion(text, candidates);
}

/** The only candidate that begins with `text`: `Integer` for `Int`. */
function completion(text: string, candidates: readonly string[]): string | undefined {
  const start = text.toLowerCase();
  const [found, ...others] = candidates.filter((each) => each.toLowerCase().startsWith(start));
  return text.length >= 3 && others.length === 0 ? found : undefined;
}

/** Levenshtein distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
