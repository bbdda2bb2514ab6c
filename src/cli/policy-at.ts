import { resolve } from "node:path";
import { readPolicyFiles } from "../lib/config/policy-files.ts";
import { readPolicyParameters } from "../lib/config/policy-parameters.ts";
import type { FactValue } from "../lib/policy/fact.ts";
import type { Parameters } from "../lib/policy/formula.ts";
import type { PolicyText } from "../lib/policy/load.ts";
import { CannotRun, type Terminal } from "./command.ts";

export const defaultPolicy = "policies/default";

/** @throws {CannotRun} where nothing can be read there */
export function policyAt(path: string, { folder }: Pick<Terminal, "folder">): PolicyText[] {
  const files = readable(path, () => readPolicyFiles(folder, path));
  if (files.length === 0)
    throw new CannotRun(`${path}: there is no policy file (.yaml, .yml or .json) in it`);
  return files;
}

/** What reading a file gives, or why it cannot be read. */
export function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new CannotRun(`${path}: cannot be read (${String(error.code)})`);
  }
}

/** `--parameters`: a JSON object, or a file that holds one. */
export function parametersFrom(value: string | undefined, { folder }: Pick<Terminal, "folder">): Parameters {
  if (value === undefined) return new Map();
  const problems: string[] = [];
  const named = value.startsWith("{") ? value : resolve(folder, value);
  const values = readPolicyParameters(named, problems, "--parameters");
  if (problems[0] !== undefined) throw new CannotRun(problems[0]);
  return new Map(Object.entries(values).map(([name, each]) => [name.toLowerCase(), each as FactValue]));
}
