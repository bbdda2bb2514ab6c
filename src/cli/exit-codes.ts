/** Exit codes of every command. */
export const exitCodes = { success: 0, findings: 1, failure: 2 } as const;

/** The default meanings of the exit codes. */
export const exitMeanings = {
  success: "success",
  findings: "findings: something is not as it should be",
  failure: "wrong usage, or a file or the app cannot be read",
} as const;

/** A command cannot do its work: a file or the app cannot be read. The message is one line. */
export class CannotRun extends Error {
  override readonly name: string = "CannotRun";
}

/** A command was called wrongly; its help says how to call it. */
export class UsageError extends CannotRun {
  override readonly name = "UsageError";
}
