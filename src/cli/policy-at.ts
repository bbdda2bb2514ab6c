import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { folderOf, readPolicyFiles } from "../lib/config/policy-files.ts";
import { isParameterFile, readPolicyParameters } from "../lib/config/policy-parameters.ts";
import {
  parameterValuesOf,
  readParameterValues,
  type ParameterValues,
} from "../lib/policy/check/parameter-values.ts";
import type { PolicyText } from "../lib/policy/source/policy-text.ts";
import type { Problem } from "../lib/policy/source/problem.ts";
import { joinTruncated } from "../lib/truncate-list.ts";
import type { Terminal } from "./command.ts";
import { CannotRun } from "./exit-codes.ts";

export const defaultPolicy = "policies/default";

/** A policy's files, and the given values of its parameters. */
export interface PolicyAt {
  readonly files: readonly PolicyText[];
  readonly given: ParameterValues;
  /** Problems in the given values. */
  readonly problems: readonly Problem[];
}

/** @throws {CannotRun} if nothing can be read there */
function policyAt(path: string, { folder }: Pick<Terminal, "folder">, except?: string): PolicyText[] {
  const files = withFile(path, "read", () => readPolicyFiles(folder, path, except));
  if (files.length === 0)
    throw new CannotRun(`${path}: there is no policy file (.yaml, .yml or .json) in it`);
  return files;
}

/**
 * The policy with the parameters of the option or the setting `from`: a JSON object, or a file of values, from here or,
 * as the app reads it, from the policy's folder.
 * @throws {CannotRun} where either cannot be read
 */
export function policyWith(
  path: string,
  parameters: string | undefined,
  terminal: Pick<Terminal, "folder">,
  from = "--parameters",
): PolicyAt {
  // A policy that is missing is reported before a file that would be beside it.
  withFile(path, "read", () => statSync(resolve(terminal.folder, path)));
  const { file, ...given } = givenParameters(path, parameters, terminal, from);
  return { files: policyAt(path, terminal, file), ...given };
}

/**
 * The values of the option or the setting `from`, and the path of their file where they are in one. The app's policy
 * has no path here.
 * @throws {CannotRun} where it cannot be read
 */
export function givenParameters(
  path: string | undefined,
  parameters: string | undefined,
  terminal: Pick<Terminal, "folder">,
  from = "--parameters",
): Pick<PolicyAt, "given" | "problems"> & { readonly file?: string } {
  const problems: Problem[] = [];
  if (parameters === undefined || !isParameterFile(parameters))
    return { given: inline(parameters, from, problems), problems };
  const file = parametersPath(path, parameters, terminal, from);
  const text = withFile(parameters, "read", () => readFileSync(file, "utf8"));
  return { given: readParameterValues({ file: parameters, text }, problems), problems, file };
}

function parametersPath(
  path: string | undefined,
  parameters: string,
  { folder }: Pick<Terminal, "folder">,
  from: string,
): string {
  const here = resolve(folder, parameters);
  if (existsSync(here)) return here;
  const named = `${from} names the file "${parameters}", which is`;
  if (path === undefined)
    throw new CannotRun(
      `${named} not here, and the app's policy has no folder here to look in; name a file that exists here, or give the values as JSON`,
    );
  const beside = resolve(folderOf(folder, path), parameters);
  if (existsSync(beside)) return beside;
  throw new CannotRun(`${named} neither here nor beside ${path}`);
}

function inline(parameters: string | undefined, from: string, problems: Problem[]): ParameterValues {
  const refusals: string[] = [];
  const { policyParameters } = readPolicyParameters(parameters, refusals, from);
  if (refusals[0] !== undefined) throw new CannotRun(refusals[0]);
  return parameterValuesOf(policyParameters, from, problems);
}

/**
 * What to do about a policy that does not load because its folders are policies of their own; empty for every other
 * policy. `advise` says what to do with the folders.
 */
export function adviceOnFolders(
  what: string,
  folders: readonly string[],
  advise: (folders: readonly string[]) => string,
): string {
  if (folders.length === 0) return "";
  return `${what} was read as one policy, from the files of ${folders.length} folders. If each of them is a policy, ${advise(folders)}\n`;
}

/** For a command that evaluates one policy. */
export function oneAsPolicy(folders: readonly string[]): string {
  return `name one of them: --policy ${joinTruncated(folders, 3)}`;
}

/**
 * Runs `action` on a file.
 * @throws {CannotRun} where the system refuses it, with the system's code
 */
export function withFile<T>(path: string, verb: "read" | "written", action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (verb === "read" && error.code === "ENOENT")
      throw new CannotRun(`${path}: there is no such file or folder`);
    throw new CannotRun(`${path}: cannot be ${verb} (${String(error.code)})`);
  }
}
