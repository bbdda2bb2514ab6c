import type { CaseRun } from "../lib/policy/case.ts";
import { formatProblem } from "../lib/policy/source/problem.ts";

/** The cases of one policy, as they ran. */
export interface Suite extends CaseRun {
  readonly policy: string;
}

/** Suites as JUnit's XML, which build servers show as tests. */
export function junit(suites: readonly Suite[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map(printSuite).join("")}</testsuites>\n`;
}

function printSuite({ policy, results, problems }: Suite): string {
  const failures = results.filter(({ differences }) => differences.length > 0).length;
  const cases = [
    ...results.map(({ name, file, line, differences }) =>
      testCase(policy, name, differences.length === 0 ? "" : element("failure", differences.join("\n")), {
        file,
        line,
      }),
    ),
    ...problems.map((problem) =>
      testCase(policy, problem.file, element("error", formatProblem(problem)), problem),
    ),
  ];
  const counts = `tests="${cases.length}" failures="${failures}" errors="${problems.length}"`;
  return `  <testsuite name="${escape(policy)}" ${counts}>\n${cases.join("")}  </testsuite>\n`;
}

function testCase(
  policy: string,
  name: string,
  inner: string,
  { file, line }: { readonly file: string; readonly line: number },
): string {
  const open = `    <testcase classname="${escape(policy)}" name="${escape(name)}" file="${escape(file)}" line="${line}"`;
  return inner === "" ? `${open}/>\n` : `${open}>${inner}</testcase>\n`;
}

function element(name: "failure" | "error", message: string): string {
  return `<${name} message="${escape(message)}"/>`;
}

/** XML cannot express most control characters, so that they are written as text. */
function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll(
      /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu,
      (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
    );
}
