import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCases, type CaseRun } from "../lib/policy/case.ts";
import { connectionCatalogue } from "../lib/policy/field.ts";
import type { PolicyText } from "../lib/policy/load.ts";
import { formatProblem } from "../lib/policy/problem.ts";
import { oneOf, readArguments } from "./arguments.ts";
import { counted } from "./check.ts";
import { CannotRun, findings, fine, type Command, type Terminal } from "./command.ts";
import { junit } from "./junit.ts";
import { policyAt, readable } from "./policy-at.ts";

export const test: Command = {
  name: "test",
  summary: "run the cases that stand beside a policy",
  usage: `drawbridge test [folder ...]      (default: every folder of policies/ that has cases)

A folder holds a policy and, in cases/*.yaml, what it must say: facts in, verdict and reasons out.

  --format text|json|junit

Exits with 0 where every case is as expected, 1 where one is not or cannot be run.`,
  run: (args, terminal) => {
    const { paths, options } = readArguments(args, ["format"]);
    const format = oneOf("format", options.format, ["text", "json", "junit"]) ?? "text";
    const suites = (paths.length === 0 ? foldersWithCases(terminal) : paths).map((path) =>
      runFolder(path, terminal),
    );
    if (format === "junit") terminal.out(junit(suites));
    if (format === "json") terminal.out(`${JSON.stringify(suites, null, 2)}\n`);
    if (format === "text") for (const suite of suites) printText(suite, terminal);
    return suites.every(passed) ? fine : findings;
  },
};

export interface Suite extends CaseRun {
  readonly policy: string;
}

function foldersWithCases({ folder }: Terminal): string[] {
  const home = "policies";
  const names = existsSync(resolve(folder, home)) ? readdirSync(resolve(folder, home)) : [];
  const found = names
    .map((name) => join(home, name))
    .filter((path) => existsSync(resolve(folder, path, "cases")));
  if (found.length === 0)
    throw new CannotRun("there is no folder policies/<name>/cases here; name the policy's folder");
  return found.toSorted();
}

export function runFolder(path: string, terminal: Pick<Terminal, "folder">): Suite {
  const policy = policyAt(path, terminal);
  const runs = casesAt(path, terminal).map((file) => runCases(policy, file, connectionCatalogue));
  return {
    policy: path,
    results: runs.flatMap(({ results }) => results),
    problems: runs.flatMap(({ problems }) => problems),
  };
}

function casesAt(path: string, { folder }: Pick<Terminal, "folder">): PolicyText[] {
  const home = join(path, "cases");
  return readable(home, () => {
    const names = statSync(resolve(folder, home)).isDirectory()
      ? readdirSync(resolve(folder, home)).toSorted()
      : [];
    return names
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .map((name) => ({ file: join(home, name), text: readFileSync(resolve(folder, home, name), "utf8") }));
  });
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
  if (results.length === 0 && problems.length === 0) err(`${policy}/cases: there is no case in it\n`);
  out(`${passed(suite) ? "✓" : "✗"} ${policy}: ${counted(results.length, "case")}, ${failed} failed\n`);
}
