import packageJson from "../../package.json" with { type: "json" };
import { nearest } from "../lib/policy/source/nearest.ts";
import { acknowledge } from "./acknowledge.ts";
import { addresses } from "./addresses.ts";
import { alerts } from "./alerts.ts";
import { check } from "./check.ts";
import { completionOf } from "./completion.ts";
import type { Command, Terminal } from "./command.ts";
import { connections } from "./connections.ts";
import { held } from "./held.ts";
import { decide } from "./decide.ts";
import { decisions } from "./decisions.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { doctor } from "./doctor.ts";
import { events } from "./events.ts";
import { exportAddresses } from "./export.ts";
import { explain } from "./explain.ts";
import { health } from "./health.ts";
import { commandHelp, overview } from "./help.ts";
import { didYouMean } from "./options.ts";
import { reevaluate } from "./reevaluate.ts";
import { plan } from "./plan.ts";
import { probe } from "./probe.ts";
import { replay } from "./replay.ts";
import { schema } from "./schema.ts";
import { test } from "./test.ts";
import { verify } from "./verify.ts";

const working: readonly Command[] = [
  check,
  test,
  explain,
  schema,
  connections,
  held,
  plan,
  replay,
  decisions,
  alerts,
  reevaluate,
  verify,
  addresses,
  exportAddresses,
  acknowledge,
  decide,
  events,
  health,
  doctor,
  probe,
];

export const commands: readonly Command[] = [...working, completionOf(working)];

const helpNames = ["--help", "-h", "help"];

/** Runs the command line; returns the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(overview(commands));
    return exitCodes.failure;
  }
  if (name === "--version") {
    terminal.out(`${packageJson.version}\n`);
    return exitCodes.success;
  }
  if (helpNames.includes(name)) return printHelp(rest[0], terminal);
  const command = commands.find((each) => each.name === name);
  if (command === undefined) return unknownCommand(name, terminal);
  if (rest.some((each) => each === "--help" || each === "-h")) return printHelp(name, terminal);
  return runCommand(command, rest, terminal);
}

function printHelp(name: string | undefined, terminal: Terminal): number {
  const command = commands.find((each) => each.name === name);
  if (name !== undefined && command === undefined) return unknownCommand(name, terminal);
  terminal.out(command === undefined ? overview(commands) : commandHelp(command));
  return exitCodes.success;
}

function unknownCommand(name: string, { err }: Terminal): number {
  const names = commands.map((each) => each.name);
  const kind = name.startsWith("-") ? "option" : "command";
  err(
    `drawbridge: there is no ${kind} "${name}"${didYouMean(nearest(name, names))} (see drawbridge --help)\n`,
  );
  return exitCodes.failure;
}

async function runCommand(
  { name, run: start }: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    return await start(args, terminal);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    const hint = error instanceof UsageError ? ` (see drawbridge ${name} --help)` : "";
    terminal.err(`drawbridge ${name}: ${error.message}${hint}\n`);
    return exitCodes.failure;
  }
}
