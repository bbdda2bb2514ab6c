import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCases } from "../lib/policy/case.ts";
import { connectionCatalogue } from "../lib/policy/language/fields.ts";
import type { PolicyText } from "../lib/policy/source/policy-text.ts";
import { formatProblem, type Problem } from "../lib/policy/source/problem.ts";
import { counted } from "./counted.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { CannotRun, exitCodes } from "./exit-codes.ts";
import { junit, type Suite } from "./junit.ts";
import { policyWith, withFile } from "./policy-at.ts";

export const test = defineCommand({
  name: "test",
  summary: "run the test cases of policies",
  usage: ["test [folder ...]"],
  description: `A folder holds a policy and, in cases/*.yaml, facts with the expected verdicts and reasons. The default is every folder in
policies/ that has cases. A case without a time (now) is evaluated as of this moment.`,
  options: {
    parameters: {
      value: "<file or JSON>",
      description:
        "values for the policy's parameters; a file is looked for here, and then in the policy's folder. Values that a file of cases sets take precedence",
    },
    format: { choices: ["text", "json", "junit"], description: "output (default text)" },
  },
  examples: ["test", "test policies/default --format junit > results.xml"],
  exit: { success: "every case is as expected", findings: "a case differs or cannot be run" },
  run: ({ paths, options: { format = "text", parameters } }, terminal) => {
    const suites = (paths.length === 0 ? foldersWithCases(terminal) : paths).map((path) =>
      runFolder(path, terminal, parameters),
    );
    if (format === "junit") terminal.out(junit(suites));
    if (format === "json") terminal.out(`${JSON.stringify(suites, null, 2)}\n`);
    if (format === "text") for (const suite of suites) printText(suite, terminal);
    return suites.every(passed) ? exitCodes.success : exitCodes.findings;
  },
});

/** The folders of policies/ with cases. */
function foldersWithCases({ folder }: Terminal): string[] {
  const found = foldersWithCasesIn("policies", folder);
  if (found.length === 0)
    throw new CannotRun("there is no folder policies/<name>/cases here; name the policy's folder");
  return found;
}

/** Those of a folder, and those of a collection in it such as policies/cookbook/. */
function foldersWithCasesIn(home: string, folder: string): string[] {
  return foldersIn(home, folder)
    .flatMap((path) => [path, ...foldersIn(path, folder)])
    .filter((path) => existsSync(resolve(folder, path, "cases")))
    .toSorted();
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
  const none: Problem[] = cases.length === 0 ? [noCases(path, terminal)] : [];
  return {
    policy: path,
    results: runs.flatMap(({ results }) => results),
    problems: distinct([...none, ...problems, ...runs.flatMap((run) => run.problems)]),
  };
}

function noCases(path: string, { folder }: Pick<Terminal, "folder">): Problem {
  const home = join(path, "cases");
  if (existsSync(resolve(folder, home)))
    return {
      ...placeOf(home),
      message: "there is no file of cases (.yaml, .yml or .json) here, so nothing was tested",
    };
  const inside = foldersWithCasesIn(path, folder);
  const advice =
    inside.length === 0
      ? "write cases into it"
      : `folders inside have cases: drawbridge test ${inside.join(" ")}`;
  return { ...placeOf(path), message: `there is no folder cases/ in it, so nothing was tested; ${advice}` };
}

function placeOf(file: string) {
  return { severity: "error", file, line: 1, column: 1 } as const;
}

/** Each file of cases repeats the problems of an invalid policy. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((each) => [formatProblem(each), each])).values()];
}

/** The files in the folder cases/ of a policy and in its subfolders. */
function casesAt(path: string, { folder }: Pick<Terminal, "folder">): PolicyText[] {
  if (!withFile(path, "read", () => statSync(resolve(folder, path))).isDirectory())
    throw new CannotRun(`${path} is a file; name the folder that holds the policy and its cases`);
  const home = join(path, "cases");
  if (!existsSync(resolve(folder, home))) return [];
  return withFile(home, "read", () =>
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
