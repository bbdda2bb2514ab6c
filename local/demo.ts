import { demonstrateAddresses } from "./demo-addresses.ts";
import { demonstratePolicy, demonstrateRequests } from "./demo-requests.ts";
import { formatLogLine } from "./format-log.ts";
import { parseArgs } from "node:util";
import { appOptions, appUsage, settingsOf } from "./app-options.ts";
import { onParentGone } from "./parent-gone.ts";
import { portOf } from "./port.ts";
import { functionKey, speedForPeople, stackSettings, startStack, type Stack } from "./stack.ts";

/** `npm run demo`: runs a scenario through the whole local stack, and checks the final state. */
const usage = `Runs six requests for private access against a simulated Azure, and what people do about them; then an address that
changes. Prints each verdict and each alert, and exits. A minute of Azure's time takes a second.

  npm run demo
  npm run demo -- --keep         stays until Ctrl-C, so that you can look at the dashboard
  npm run demo -- --policy my/   what a policy of yours makes of the requests
  PORT=8080 npm run demo         this port for the app instead of a free one

Options, after "npm run demo --":

${appUsage}

Exit codes: 0 the final state is the expected one, 1 it is not. With settings of yours it
shows what becomes of the requests, and expects nothing.`;

const { keep, ...args } = readArguments();
const port = readPort();
const userSettings = await settingsOf(process.env, args, process.cwd()).catch(fail);
/** Under another policy, mode or scope the requests end otherwise. */
const own = Object.keys(userSettings).filter((name) => userSettings[name] !== stackSettings[name]);

function readArguments() {
  try {
    const options = { help: { type: "boolean" }, keep: { type: "boolean" }, ...appOptions } as const;
    const { help = false, keep: isKept = false, ...values } = parseArgs({ options }).values;
    if (!help) return { keep: isKept, ...values };
  } catch (error) {
    fail(error, '"npm run demo -- --help" lists the options.');
  }
  console.log(usage);
  process.exit(0);
}

function readPort(): number {
  try {
    return portOf(process.env, 0);
  } catch (error) {
    return fail(error);
  }
}

function fail(error: unknown, ...advice: readonly string[]): never {
  console.error([error instanceof Error ? error.message : String(error), ...advice].join("\n"));
  process.exit(2);
}

/** The expected final state of each connection on Azure, by the name of its endpoint. */
const expected: Readonly<Record<string, "Approved" | "Rejected" | "Pending">> = {
  "pe-orders-web": "Approved",
  "pe-payments-batch": "Approved",
  "pe-sandbox": "Rejected",
  "pe-partner": "Approved",
  "pe-lost-event": "Approved",
  "pe-new-team": "Approved",
};

const stack = await startStack({
  port,
  // Every five seconds instead of every five minutes, so that nobody has to wait for a sweep.
  settings: {
    DRAWBRIDGE_SWEEP_SCHEDULE: "*/5 * * * * *",
    DRAWBRIDGE_ADDRESS_SCHEDULE: "*/5 * * * * *",
    ...userSettings,
  },
  simulator: { speed: speedForPeople },
  progress: (step) => console.log(`${step} ...`),
});
console.log(`Look at it meanwhile: ${stack.app.url}/api/dashboard (key ${functionKey})`);
if (own.length > 0)
  console.log(
    `Settings of yours are taken, so the demo shows what becomes of the requests and expects nothing: ${own.join(", ")}`,
  );
console.log(
  "A minute of Azure's time takes a second: an approval, three minutes on Azure, takes three seconds.\n",
);
let failure: string | undefined;
try {
  const say = (text: string) => console.log(text);
  if (own.length > 0) await demonstratePolicy(stack, say);
  else {
    await demonstrateRequests(stack, say);
    await demonstrateAddresses(stack, say);
    failure = difference(stack);
  }
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
}
if (failure !== undefined) {
  console.error(`\nThe demo failed: ${failure}\nThe last lines of the app's log:`);
  for (const line of stack.app.lines.slice(-15)) console.error(`  ${formatLogLine(line)}`);
}
console.log(`\n${summary(stack)}`);
if (keep) {
  console.log(`Look at ${stack.app.url}/api/dashboard (key ${functionKey}). Ctrl-C stops everything.`);
  failure = (await untilStopped()) ?? failure;
}
await stack.stop();
process.exit(failure === undefined ? 0 : 1);

/** Waits for a person to end the demo; returns what ended it otherwise. */
function untilStopped(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const stop = () => resolve(undefined);
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    if (process.env.npm_lifecycle_event !== undefined) onParentGone(stop);
    stack.app.process.once("exit", (code) => {
      console.error(`the app exited with ${code}`);
      resolve(`the app exited with ${code}`);
    });
  });
}

/** The state of each connection on the simulated Azure, by the name of its endpoint. */
function statesOf({ simulator }: Stack): Map<string, string> {
  const connections = [...simulator.world.services.values()].flatMap((service) => [
    ...service.connections.values(),
  ]);
  return new Map(connections.map(({ endpointId, status }) => [endpointId.split("/").at(-1) ?? "", status]));
}

/** How the final state differs from the expected one; undefined if it does not. */
function difference(of: Stack): string | undefined {
  const states = statesOf(of);
  const wrong = Object.entries(expected).filter(([name, state]) => states.get(name) !== state);
  if (wrong.length === 0 && states.size === Object.keys(expected).length) return undefined;
  return (
    wrong.map(([name, state]) => `${name} is ${states.get(name)}, expected ${state}`).join("; ") ||
    `there are ${states.size} connections, expected ${Object.keys(expected).length}`
  );
}

function summary(of: Stack): string {
  const states = [...statesOf(of).values()];
  const count = (state: string) => states.filter((each) => each === state).length;
  return `demo: ${states.length} connections: ${count("Approved")} approved, ${count("Rejected")} rejected, ${count("Pending")} held`;
}
