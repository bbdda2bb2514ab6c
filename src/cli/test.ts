import type { Suite } from "./suite.ts";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCases } from "../lib/policy/case.ts";
import { connectionCatalogue } from "../lib/policy/language/field.ts";
import type { PolicyText } from "../lib/policy/source/policy-text.ts";
import { formatProblem, type Problem } from "../lib/policy/source/problem.ts";
import { oneOf, readArguments } from "./arguments.ts";
import { counted } from "./check.ts";
import { CannotRun, findings, fine, type Command, type Terminal } from "./command.ts";
import { junit } from "./junit.ts";
import { policyWith, readable } from "./policy-at.ts";

export const test: Command = {
  name: "test",
  summary: "run the cases that stand beside a policy",
  usage: `drawbridge test [folder ...]      (default: every folder in policies/ that has cases)

A folder holds a policy and, in cases/*.yaml, what it must say: facts in, verdict and reasons out. A case that names no
time (now) is judged as of this moment.

  --parameters <file or JSON>   values for the policy's parameters, from here or from the policy's folder; those that a
                                file of cases sets itself stand above them
  --format text|json|junit

Exits with 0 where every case is as expected, 1 where one is not or cannot be run.`,
  run: (args, terminal) => {
    const { paths, options } = readArguments(args, ["format", "parameters"]);
    const format = oneOf("format", options.format, ["text", "json", "junit"]) ?? "text";
    const suites = (paths.length === 0 ? foldersWithCases(terminal) : paths).map((path) =>
      runFolder(path, terminal, options.parameters),
    );
    if (format === "junit") terminal.out(junit(suites));
    if (format === "json") terminal.out(`${JSON.stringify(suites, null, 2)}\n`);
    if (format === "text") for (const suite of suites) printText(suite, terminal);
    return suites.every(passed) ? fine : findings;
  },
};

/** The folders of policies/, and those of a collection in it such as policies/cookbook/. */
function foldersWithCases({ folder }: Terminal): string[] {
  const home = "policies";
  const found = foldersIn(home, folder)
    .flatMap((path) => [path, ...foldersIn(path, folder)])
    .filter((path) => existsSync(resolve(folder, path, "cases")));
  if (found.length === 0)
    throw new CannotRun("there is no folder policies/<name>/cases here; name the policy's folder");
  return found.toSorted();
}

function foldersIn(path: string, folder: string): string[] {
  const full = resolve(folder, path);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name));
}

export function runFolder(
  path: string,
  terminal: Pick<Terminal, "folder" | "clock">,
  parameters?: string,
): Suite {
  const now = terminal.clock.now().getTime();
  const { files, given, problems } = policyWith(path, parameters, terminal);
  const cases = casesAt(path, terminal);
  const runs = cases.map((file) => runCases(files, file, connectionCatalogue, { given, now }));
  const none: Problem[] = cases.length === 0 ? [noCases(path)] : [];
  return {
    policy: path,
    results: runs.flatMap(({ results }) => results),
    problems: distinct([...none, ...problems, ...runs.flatMap((run) => run.problems)]),
  };
}

function noCases(path: string): Problem {
  return {
    severity: "error",
    file: join(path, "cases"),
    line: 1,
    column: 1,
    message: "there is no file of cases (.yaml, .yml or .json) here, so that nothing was tested",
  };
}

/** A policy that does not load says so for each of its files of cases. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((each) => [formatProblem(each), each])).values()];
}

/** The files of cases beside a policy, those in folders of the folder too. */
function casesAt(path: string, { folder }: Pick<Terminal, "folder">): PolicyText[] {
  if (!readable(path, () => statSync(resolve(folder, path))).isDirectory())
    throw new CannotRun(`${path} is a file; name the folder that holds the policy and its cases`);
  const home = join(path, "cases");
  if (!existsSync(resolve(folder, home))) return [];
  return readable(home, () =>
    readdirSync(resolve(folder, home), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .toSorted()
      .map((name) => ({ file: join(home, name), text: readFileSync(resolve(folder, home, name), "utf8") })),
  );
}

function passed({ results, problems }: Suite): boolean {
  return (
    results.length > 0 &&
    problems.length === 0 &&
    results.every(({ differences }) => differences.length === 0)
  );
}

function printText(suite: Suite, { out, err }: Terminal): void {
  const { policy, results, problems } = suite;
  for (const problem of problems) err(`${formatProblem(problem)}\n`);
  for (const { file, line, name, differences } of results)
    for (const difference of differences) err(`${file}:${line}:1: ${name}: ${difference}\n`);
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  const said = `${counted(results.length, "case")}, ${failed} failed`;
  const broken = `${problems.length === 1 ? "1 problem keeps" : `${problems.length} problems keep`} cases from being run`;
  if (problems.length === 0) out(`${passed(suite) ? "✓" : "✗"} ${policy}: ${said}\n`);
  else out(`✗ ${policy}: ${broken}${results.length === 0 ? "" : `; of the others, ${said}`}\n`);
}
