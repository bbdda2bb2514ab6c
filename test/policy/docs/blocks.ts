import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../local/child-process.ts";
import { run } from "../../../src/cli/run.ts";
import { runCases } from "../../../src/lib/policy/case.ts";
import { connectionCatalogue } from "../../../src/lib/policy/language/fields.ts";
import { load } from "../../../src/lib/policy/load.ts";
import { formatProblem } from "../../../src/lib/policy/source/problem.ts";
import { noon } from "../policy-makers.ts";

/** A policy of which only the part that matters is shown: what it lacks to be whole stands behind it. */
function wholePolicy(text: string): string {
  const lacks = (key: string) => !new RegExp(`^${key}:`, "m").test(text);
  return `${text}${lacks("name") ? "name: example\n" : ""}${lacks("rules") ? "rules: []\n" : ""}`;
}

/** What is said of a policy when it loads, and what the page says of it. */
export function wrongFindings(policy: string, said: string, enforcing: boolean): string[] {
  const loaded = load([{ file: "policy.yaml", text: wholePolicy(policy) }], connectionCatalogue, {
    enforcing,
    now: noon,
  });
  const problems = loaded.kind === "valid" ? [...loaded.warnings, ...loaded.notes] : loaded.problems;
  return difference(problems.map(formatProblem).toSorted(), unwrapped(said).toSorted());
}

/** A long message goes on in lines that are indented. */
function unwrapped(said: string): string[] {
  return said
    .replaceAll(/\n\s+/g, " ")
    .split("\n")
    .filter((line) => line !== "");
}

export function wrongCases(policy: string | undefined, cases: string): string[] {
  if (policy === undefined) return ["there is no policy before these cases"];
  const files = [{ file: "policy.yaml", text: wholePolicy(policy) }];
  const { results, problems } = runCases(files, { file: "cases.yaml", text: cases }, connectionCatalogue, {
    now: noon,
  });
  return [
    ...problems.map(formatProblem),
    ...results.flatMap(({ name, differences }) => differences.map((each) => `${name}: ${each}`)),
  ];
}

/** `$ npm run drawbridge -- …` and what it prints, once or several times. */
export async function wrongConsole(text: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const each of text.split(/^(?=\$ )/m)) {
    const [command = "", ...printed] = each.trimEnd().split("\n");
    const args = argumentsOf(command.replace(/^\$ /, ""));
    if (args === undefined) wrong.push(`"${command}" is no command of drawbridge`);
    else wrong.push(...difference(await printedBy(args), printed));
  }
  return wrong;
}

/** The arguments behind `npm run drawbridge --`, quotes taken away. */
function argumentsOf(command: string): string[] | undefined {
  const [, rest] = /^npm run (?:-s )?drawbridge -- (.+)$/.exec(command) ?? [];
  return rest?.match(/'[^']*'|\S+/g)?.map((each) => each.replaceAll("'", ""));
}

async function printedBy(args: readonly string[]): Promise<string[]> {
  const printed: string[] = [];
  await run(args, {
    out: (text) => printed.push(text),
    err: (text) => printed.push(text),
    environment: {},
    folder: root,
    fetch,
    clock: { now: () => new Date(noon) },
  });
  return printed.join("").trimEnd().split("\n");
}

/** Commands that are only named: each of them and of their options must be there, and each file that they name. */
export async function wrongCommands(text: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const command = line.replace(/\s+# .*$/, "");
    const [name, ...rest] = argumentsOf(command) ?? [];
    const usage = name === undefined ? [] : await printedBy([name, "--help"]);
    if (name === undefined || !(usage[0] ?? "").startsWith(`drawbridge ${name}`))
      wrong.push(`"${command}" is no command of drawbridge`);
    for (const each of rest) {
      if (each.startsWith("--") && !usage.join("\n").includes(each)) wrong.push(`there is no option ${each}`);
      if (/^(?:policies|docs)\//.test(each) && !existsSync(join(root, each)))
        wrong.push(`there is no ${each}`);
    }
  }
  return wrong;
}

/**
 * A text that is all of a file, or where only a part is shown, some of its lines as they stand there, wherever they
 * begin.
 */
export function wrongCopy(text: string, path: string, isWhole: boolean): string[] {
  const file = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
  const isThere = isWhole
    ? file === text
    : ["", "  ", "    ", "      ", "        "].some((by) => `\n${file}`.includes(`\n${indented(text, by)}`));
  return isThere ? [] : [`${path} has ${isWhole ? "another text" : "no such lines"}`];
}

function indented(text: string, by: string): string {
  return text.replaceAll(/^(?=.)/gm, by);
}

/** What is there and not said, and what is said and not there. */
function difference(found: readonly string[], said: readonly string[]): string[] {
  if (found.join("\n") === said.join("\n")) return [];
  return [...found.map((line) => `found: ${line}`), ...said.map((line) => `said: ${line}`)];
}
