import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest } from "../lib/policy/source/nearest.ts";
import { UsageError } from "./exit-codes.ts";

/** An option of a command. One with neither `value` nor `choices` is a flag. */
export interface OptionSpec {
  readonly description: string;
  /** Placeholder of its value, such as `<file>`. */
  readonly value?: string;
  /** All that it may be. With a placeholder too where they are many. */
  readonly choices?: readonly string[];
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Value<O extends OptionSpec> = O extends { readonly choices: readonly (infer Choice)[] }
  ? Choice | undefined
  : O extends { readonly value: string }
    ? string | undefined
    : boolean;
export type OptionValues<S extends OptionSpecs> = { readonly [Name in keyof S]: Value<S[Name]> };

interface Parsed<S extends OptionSpecs> {
  readonly paths: readonly string[];
  readonly options: OptionValues<S>;
}

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/**
 * Parses the arguments of a command. `noPaths` says what to write instead of an argument that is no option.
 * @throws {UsageError} for an unknown or repeated option, a missing or unknown value, and an unexpected argument
 */
export function parseOptions<S extends OptionSpecs>(
  args: readonly string[],
  specs: S,
  noPaths?: string,
): Parsed<S> {
  const tokens = tokensOf(args, specs);
  const values = new Map<string, string | true>();
  const paths: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "option") {
      if (values.has(token.name)) throw new UsageError(`${token.rawName} must be given once`);
      values.set(token.name, valueOf(token, specs));
    } else if (token.kind === "positional" && !isYesOfFlag(tokens, index, specs)) paths.push(token.value);
  }
  if (noPaths !== undefined && paths[0] !== undefined)
    throw new UsageError(`"${paths[0]}" is not an option; ${noPaths}`);
  const options = Object.entries(specs).map(([name, spec]) => [
    name,
    isFlag(spec) ? values.has(name) : values.get(name),
  ]);
  return { paths, options: Object.fromEntries(options) as OptionValues<S> };
}

export function isFlag({ value, choices }: OptionSpec): boolean {
  return value === undefined && choices === undefined;
}

function tokensOf(args: readonly string[], specs: OptionSpecs) {
  const options: ParseArgsConfig["options"] = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { type: isFlag(spec) ? "boolean" : "string" }]),
  );
  // Not strict, because the messages of the strict mode are made for programmers.
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function valueOf({ name, rawName, value, inlineValue }: OptionToken, specs: OptionSpecs): string | true {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) throw new UsageError(`${rawName} is unknown${suggestOption(name, specs)}`);
  if (isFlag(spec)) {
    if (value === undefined || value === "yes") return true;
    throw new UsageError(`${rawName} takes no value`);
  }
  const { choices } = spec;
  // A value that begins with a dash is an option whose predecessor lacks its value, unless `=` binds it.
  if (value === undefined || value === "" || (!inlineValue && value.startsWith("--")))
    throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholderOf(spec)}`);
  if (choices !== undefined && !choices.includes(value))
    throw new UsageError(
      `${rawName} is "${value}"; it must be one of ${choices.join(", ")}${didYouMean(nearest(value, choices))}`,
    );
  return value;
}

/** Scripts of earlier versions write `--drifted yes`. */
function isYesOfFlag(tokens: readonly Token[], index: number, specs: OptionSpecs): boolean {
  const [before, token] = [tokens[index - 1], tokens[index]];
  const spec = before?.kind === "option" ? specs[before.name] : undefined;
  return token?.kind === "positional" && token.value === "yes" && spec !== undefined && isFlag(spec);
}

/** How a value is written in usage lines: its placeholder, or else its choices. */
export function placeholderOf({ choices, value }: OptionSpec): string {
  return value ?? choices?.join("|") ?? "";
}

function suggestOption(name: string, specs: OptionSpecs): string {
  if (specs.format?.choices?.includes(name) === true) return `; write --format ${name}`;
  const near = nearest(name, Object.keys(specs));
  return didYouMean(near === undefined ? undefined : `--${near}`);
}

export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean ${near}?`;
}
