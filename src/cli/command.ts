import type { Clock } from "../lib/clock.ts";

/** What a command may touch of the world. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly folder: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Exit codes: everything is fine; something was found; the command could not do its work. */
export const fine = 0;
export const findings = 1;
export const unusable = 2;

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** @throws {CannotRun} */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number> | number;
}

/** Thrown where a command cannot do its work: it is used wrongly, or a file or the app cannot be read. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
