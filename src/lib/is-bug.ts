const engineErrors = ["TypeError", "RangeError", "ReferenceError", "SyntaxError"];

/**
 * Whether an error is a bug of ours, by its shape: the engine's, or one of an assertion. What Azure, the storage and
 * the network answer has a class or a code of its own.
 */
export function isBug(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return engineErrors.includes(error.name) || (error.name === "Error" && !("code" in error));
}
