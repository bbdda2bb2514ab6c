const ascii = /^[\0-\x7f]*$/;

/**
 * Names that differ in case alone are one: the one folding for ARM ids, scopes and tags' names. As .NET's
 * OrdinalIgnoreCase, which Azure Resource Manager compares names with, it takes a letter for the same as another only
 * where each is the other's sole capital or small letter. So a text keeps its length (`İ` stays), and none passes for
 * another (the Kelvin sign is no `k`).
 */
export function foldName(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : text.replaceAll(/\p{L}/gu, foldLetter);
}

function foldLetter(letter: string): string {
  const small = letter.toLowerCase();
  return small.length === letter.length && small.toUpperCase() === letter ? small : letter;
}
