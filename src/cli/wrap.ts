/** Lines of whole words, of at most `max` characters where no word is longer. */
export function wrap(text: string, max: number): string[] {
  return wrapParts(text.split(" "), max);
}

/** Lines of whole parts. */
export function wrapParts(parts: readonly string[], max: number): string[] {
  const wrapped: string[] = [];
  for (const part of parts) {
    const last = wrapped.at(-1);
    if (last === undefined || last.length + part.length + 1 > max) wrapped.push(part);
    else wrapped[wrapped.length - 1] = `${last} ${part}`;
  }
  return wrapped;
}
