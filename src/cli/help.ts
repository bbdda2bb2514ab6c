import type { Command } from "./command.ts";
import { exitCodes, exitMeanings } from "./exit-codes.ts";
import { isFlag, placeholderOf } from "./options.ts";
import { wrap, wrapParts } from "./wrap.ts";

const width = 110;

/** Help of one command: usage, description, options, examples and exit codes. */
export function commandHelp(command: Command): string {
  const { name, summary, usage, description, options, examples, exit } = command;
  const listed = Object.entries(options).map(([option, spec]): Row => [
    isFlag(spec) ? `--${option}` : `--${option} ${placeholderOf(spec)}`,
    spec.description,
  ]);
  return sections([
    ["", reflow(`drawbridge ${name}: ${summary}`)],
    ["Usage", usageLines(usage)],
    ["", reflow(description ?? "")],
    ["Options", table([...listed, ["--help, -h", "print this help"]])],
    ["Examples", lines(examples)],
    ["Exit codes", exitTable({ ...exitMeanings, ...exit }, exit.findings !== undefined)],
  ]);
}

/** Help of `drawbridge` itself: every command, and what the exit codes mean. */
export function overview(commands: readonly Command[]): string {
  return sections([
    ["Usage", lines(["<command> [options]", "<command> --help", "--version"])],
    ["Commands", table(commands.map(({ name, summary }): Row => [name, summary]))],
    [
      "Environment, of the commands that ask the running app",
      table([
        ["DRAWBRIDGE_URL", "where the app is (default http://127.0.0.1:7071)"],
        ["DRAWBRIDGE_KEY", "function key"],
        ["DRAWBRIDGE_TOKEN", "token of Entra ID, where the app asks for one"],
      ]),
    ],
    ["Exit codes", exitTable(exitMeanings, true)],
  ]);
}

type Row = readonly [left: string, right: string];

function exitTable(meanings: Readonly<Record<keyof typeof exitCodes, string>>, withFindings: boolean) {
  const rows = (["success", "findings", "failure"] as const)
    .filter((name) => name !== "findings" || withFindings)
    .map((name): Row => [String(exitCodes[name]), meanings[name]]);
  return table(rows);
}

function sections(all: readonly (readonly [title: string, text: string])[]): string {
  return all
    .filter(([, text]) => text !== "")
    .map(([title, text]) => (title === "" ? `${text}\n` : `${title}:\n${text}\n`))
    .join("\n");
}

/** Long usage lines continue at their options, indented. */
function usageLines(usage: readonly string[]): string {
  return usage
    .map((each) => wrapParts(`drawbridge ${each}`.split(/ (?=[[(])/), width - 6).join("\n      "))
    .map((each) => `  ${each}`)
    .join("\n");
}

/** Paragraphs at the width of the help. Indented lines stay as they are. */
function reflow(text: string): string {
  const paragraphs: string[] = [];
  for (const line of text.split("\n")) {
    const before = paragraphs.at(-1);
    if (before === undefined || /^\s/.test(line) || /^\s/.test(before)) paragraphs.push(line);
    else paragraphs[paragraphs.length - 1] = `${before} ${line}`;
  }
  return paragraphs.map((each) => (/^\s/.test(each) ? each : wrap(each, width).join("\n"))).join("\n");
}

function lines(commands: readonly string[]): string {
  return commands.map((each) => `  drawbridge ${each}`).join("\n");
}

/** Two columns; where a left cell is long, its right cell starts on the next line. */
function table(rows: readonly Row[]): string {
  const left = Math.min(32, Math.max(...rows.map(([cell]) => cell.length)));
  const indent = " ".repeat(left + 4);
  return rows
    .map(([cell, text]) => {
      const wrapped = wrap(text, width - indent.length).join(`\n${indent}`);
      return cell.length > left ? `  ${cell}\n${indent}${wrapped}` : `  ${cell.padEnd(left)}  ${wrapped}`;
    })
    .join("\n");
}
