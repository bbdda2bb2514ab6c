import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { CannotRun } from "./command.ts";

export interface Arguments {
  readonly paths: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
}

/**
 * Paths, and options that each take one value.
 * @throws {CannotRun} for an option that is not there, or that lacks its value
 */
export function readArguments(args: readonly string[], names: readonly string[]): Arguments {
  const options = Object.fromEntries(
    names.map((name) => [name, { type: "string" }]),
  ) satisfies ParseArgsOptionsConfig;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { paths: positionals, options: values };
  } catch (error) {
    if (error instanceof TypeError) throw new CannotRun(error.message);
    throw error;
  }
}

/** Those that were given, as a query of the app. */
export function given(options: Arguments["options"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** @throws {CannotRun} where the value is none of those that are allowed */
export function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new CannotRun(`--${option} is "${value}"; it must be one of ${allowed.join(", ")}`);
  return found;
}
