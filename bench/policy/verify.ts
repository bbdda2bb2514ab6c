import type { Decision } from "./oracle.ts";

/**
 * Throws at the first decision that is not the oracle's: the speed of an engine that decides differently cannot be
 * compared.
 */
export function verify(engine: string, found: readonly Decision[], answers: readonly Decision[]): void {
  for (const [index, decision] of found.entries()) {
    const wanted = answers[index];
    if (decision.kind !== wanted?.kind || decision.rule !== wanted.rule)
      throw new Error(
        `${engine} decides ${JSON.stringify(decision)} on request ${index}, and the oracle ${JSON.stringify(wanted)}`,
      );
  }
}
