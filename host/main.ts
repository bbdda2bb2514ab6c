import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { startHost, type Host } from "./host.ts";

const usage = `Runs an Azure Functions app (Node programming model v4) on this machine.

  node host/main.ts [--app <folder>] [--port <number>] [--address <IP address>]

  --app      the folder with host.json and package.json; default: the current folder
  --port     the port to listen on; default: 7071; 0 chooses a free one
  --address  the IP address to listen on; default: 127.0.0.1

The keys are HOST_MASTER_KEY and HOST_FUNCTION_KEY; the app's settings are in the environment too. HOST_PRINCIPAL is the value of
x-ms-client-principal for every request, on a loopback address only.
Exit codes: 0 ended by a signal, 1 the app did not start, 2 invalid arguments.`;

function readArguments() {
  try {
    return parseArgs({
      options: {
        app: { type: "string", default: process.cwd() },
        port: { type: "string", default: "7071" },
        address: { type: "string", default: "127.0.0.1" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    process.exit(2);
  }
}

/**
 * An app that registers only `health` and `doctor` has rejected its settings. Prints the problems that it reports, and
 * exits.
 */
async function refuseIfMisconfigured(host: Host): Promise<void> {
  if (!host.functions.every((name) => name === "health" || name === "doctor")) return;
  const answer = await fetch(`${host.url}/api/health`);
  const { problems } = (await answer.json()) as { problems: string[] };
  console.error("The settings are invalid:");
  for (const problem of problems) console.error(`  - ${problem}`);
  await host.stop();
  process.exit(1);
}

const { app, port, address, help } = readArguments();
if (help) {
  console.log(usage);
  process.exit(0);
}
const { HOST_PRINCIPAL: principal } = process.env;
// Whoever reaches this host would be that person.
if (principal !== undefined && address !== "127.0.0.1") {
  console.error("HOST_PRINCIPAL is only for 127.0.0.1");
  process.exit(2);
}
const host = await startHost({
  app,
  port: Number(port),
  address,
  // A missing key becomes a random one: an empty key would give access to everybody.
  keys: {
    master: process.env.HOST_MASTER_KEY || randomUUID(),
    function: process.env.HOST_FUNCTION_KEY || randomUUID(),
  },
  ...(principal === undefined ? {} : { principal }),
  log: (line) => process.stdout.write(`${line}\n`),
});
await refuseIfMisconfigured(host);
console.log(`host: ${host.url} (${host.functions.join(", ")})`);
process.send?.({ url: host.url, functions: host.functions });

async function end(): Promise<void> {
  await host.stop();
  process.exit(0);
}
process.once("SIGINT", () => void end());
process.once("SIGTERM", () => void end());
// The process that started this one over IPC has ended, and nothing else would end this one.
process.once("disconnect", () => void end());
