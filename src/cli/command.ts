import type { Clock } from "../lib/clock.ts";
import { parseOptions, type OptionSpecs, type OptionValues } from "./options.ts";

/** The environment of a command. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly folder: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Columns of the terminal that shows the output; undefined where none does, as in a pipe. */
  readonly width?: number;
  /** Whether a person watches stderr. */
  readonly isInteractive?: boolean;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask?: (question: string) => Promise<string>;
}

interface Arguments<S extends OptionSpecs> {
  readonly paths: readonly string[];
  readonly options: OptionValues<S>;
}

/** The definition of a command. Its help and its parser come from the same specification of options. */
export interface CommandSpec<S extends OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  /** Usage lines without `drawbridge`. */
  readonly usage: readonly string[];
  readonly description?: string;
  readonly options: S;
  /** What to write instead of an argument that is not an option; undefined if paths are accepted. */
  readonly noPaths?: string;
  /** What an argument may be that is not an option, where that is not a path. */
  readonly words?: readonly string[];
  /** Command lines without `drawbridge`. */
  readonly examples: readonly string[];
  readonly exit: ExitMeanings;
  /** @throws {CannotRun} */
  readonly run: (args: Arguments<S>, terminal: Terminal) => Promise<number> | number;
}

/** What the exit codes 0 and 1 mean for a command; one without findings never exits with 1. */
interface ExitMeanings {
  readonly success: string;
  readonly findings?: string;
  /** Instead of the usual meaning of 2. */
  readonly failure?: string;
}

export interface Command extends Omit<CommandSpec<OptionSpecs>, "run"> {
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number> | number;
}

export function defineCommand<const S extends OptionSpecs>(spec: CommandSpec<S>): Command {
  return {
    ...spec,
    run: (args, terminal) => spec.run(parseOptions(args, spec.options, spec.noPaths), terminal),
  };
}
