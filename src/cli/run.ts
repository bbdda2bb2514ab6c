import { nearest } from "../lib/policy/source/nearest.ts";
import { acknowledge } from "./acknowledge.ts";
import { addresses } from "./addresses.ts";
import { check } from "./check.ts";
import { CannotRun, fine, unusable, type Command, type Terminal } from "./command.ts";
import { decisions } from "./decisions.ts";
import { explain } from "./explain.ts";
import { schema } from "./schema.ts";
import { test } from "./test.ts";
import { verify } from "./verify.ts";

const commands: readonly Command[] = [
  check,
  test,
  explain,
  schema,
  decisions,
  verify,
  addresses,
  acknowledge,
];

/** The command line as a function of its arguments and the world; answers the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "help") {
    terminal.out(overview());
    return name === undefined ? unusable : fine;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    const suggestion = nearest(
      name,
      commands.map((each) => each.name),
    );
    terminal.err(
      `drawbridge: there is no command "${name}"${suggestion === undefined ? "" : `; did you mean ${suggestion}?`}\n\n${overview()}`,
    );
    return unusable;
  }
  if (rest.includes("--help")) {
    terminal.out(`${command.usage}\n`);
    return fine;
  }
  return runCommand(command, rest, terminal);
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    terminal.err(`drawbridge ${command.name}: ${error.message}\nSee: drawbridge ${command.name} --help\n`);
    return unusable;
  }
}

function overview(): string {
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(13)}${summary}`).join("\n");
  return `drawbridge <command> [options]\n\n${list}\n\ndrawbridge <command> --help says more. Exit codes: 0 fine, 1 findings, 2 usage or I/O.\n`;
}
