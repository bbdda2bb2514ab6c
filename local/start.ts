import { appId, appName, subscriptions } from "../simulator/estate/estate.ts";
import { appOptions, appUsage, settingsOf } from "./app-options.ts";
import { sanitizeText } from "../src/lib/sanitize-text.ts";
import { formatLogLine } from "./format-log.ts";
import { onParentGone } from "./parent-gone.ts";
import { parseArgs } from "node:util";
import { portOf } from "./port.ts";
import { functionKey, masterKey, speedForPeople, startStack, type Stack } from "./stack.ts";

/** `npm start`: runs Azurite, the simulator with a small estate, and the app, until Ctrl-C. */
const usage = `Starts Drawbridge on this machine, against a simulated Azure, and runs until Ctrl-C.

  npm start
  PORT=8080 npm start            another port than 7071 for the app
  npm start -- --speed 1         Azure at its real speed: an approval takes minutes; by default a minute takes a second
  npm start -- --untidy 7        some of Azure's responses differ from what the app expects; 7 is the seed
  npm start -- --as-operator ana  as if ana were signed in with the role Drawbridge.Operator, so that drawbridge decide works

Options, after "npm start --":

${appUsage}`;

const args = readArguments();
if (args.help) {
  console.log(usage);
  process.exit(0);
}

const { port, userSettings } = await readEnvironment().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
});
const stack = await startStack({
  port,
  settings: userSettings,
  ...(args.operator === undefined ? {} : { operator: args.operator }),
  simulator: {
    speed: args.speed,
    ...(args.untidy === undefined ? {} : { untidy: { seed: args.untidy } }),
  },
  progress: (step) => console.log(`${step} ...`),
}).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    message.includes("EADDRINUSE") ? `Port ${port} is in use; choose another: PORT=8080 npm start` : message,
  );
  process.exit(1);
});

// Only what was observed before can drift, and the timer's first check may be minutes away.
const check = await fetch(`${stack.app.url}/admin/functions/checkAddresses`, {
  method: "POST",
  headers: { "x-functions-key": masterKey, "content-type": "application/json" },
  body: "{}",
});
if (!check.ok) console.error(`the first check of the addresses was refused (${check.status})`);
stack.app.onLine((line) => console.log(formatLogLine(line)));
console.log(guide(stack));

let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log("\nstopping all processes ...");
  await stack.stop();
  process.exit(0);
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
// npm does not pass on every way in which it ends; without it nobody would stop these processes.
if (process.env.npm_lifecycle_event !== undefined) onParentGone(() => void stop());
stack.app.process.once("exit", (code) => {
  // Ctrl-C reaches every process of the terminal at once, so the app may exit first.
  if (stopping) return;
  console.error(`the app exited with ${code}`);
  void stack.simulator
    .stop()
    .then(() => stack.azurite.end())
    .then(() => process.exit(1));
});

async function readEnvironment() {
  return {
    port: portOf(process.env, 7071),
    userSettings: await settingsOf(process.env, args.app, process.cwd()),
  };
}

function readArguments() {
  const options = {
    help: { type: "boolean" },
    speed: { type: "string" },
    untidy: { type: "string" },
    "as-operator": { type: "string" },
    ...appOptions,
  } as const;
  try {
    const { help = false, "as-operator": operator, ...values } = parseArgs({ options }).values;
    const speed = Number(values.speed ?? speedForPeople);
    const untidy = values.untidy === undefined ? undefined : Number(values.untidy);
    if (!(speed > 0 && speed < Infinity))
      throw new Error(`--speed is "${values.speed}"; it must be a number above 0`);
    if (untidy !== undefined && !Number.isSafeInteger(untidy))
      throw new Error(`--untidy is "${values.untidy}"; it must be a whole number`);
    if (operator?.trim() === "") throw new Error("--as-operator is empty; it must be a name");
    return { help, speed, untidy, operator, app: values };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

function guide({ app, simulator, azurite, settings }: Stack): string {
  const ids = [...simulator.world.services.values()].map(({ id }) => id);
  const [orders = ""] = ids;
  const key = `-H 'x-functions-key: ${functionKey}'`;
  const names = Object.keys(userSettings);
  const cli = "npm run -s drawbridge --";
  const isApplied = settings.DRAWBRIDGE_MODE !== "observe";
  return `
Dashboard: ${app.url}/api/dashboard     (key ${functionKey})

Drawbridge runs in mode ${settings.DRAWBRIDGE_MODE} against a simulated Azure${args.untidy === undefined ? "" : `, untidy with the seed ${args.untidy}`}.
Azure's time runs at ${args.speed} times its real speed: ${isApplied ? `an approval takes ${Math.ceil(175 / args.speed)} s` : "decisions are recorded, and nothing is applied in this mode"}.
${names.length === 0 ? "" : `Settings of yours: ${names.join(", ")}.\n`}
  app          ${app.url}/api/health     (${app.functions.length} functions; key ${functionKey}, master key ${masterKey})
  simulator    ${simulator.url}
  services
${ids.map((id) => `               ${id}`).join("\n")}
  tables, queues   ${/TableEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? ""}

Create a private endpoint, as an application in a landing zone would, and watch ${isApplied ? "its approval" : "the decision"} below:

${curlForEndpoint(simulator.url)}

See its state and the reasons:

  curl -s ${key} ${app.url}/api/connections
  curl -s ${key} ${app.url}/api/decisions

The command line, in another terminal, needs these settings:

  export DRAWBRIDGE_URL=${app.url} DRAWBRIDGE_KEY=${functionKey}
  export DRAWBRIDGE_ARM_ENDPOINT=${simulator.url} DRAWBRIDGE_SCOPE_SUBSCRIPTIONS=${settings.DRAWBRIDGE_SCOPE_SUBSCRIPTIONS ?? ""}
  export DRAWBRIDGE_APP_ID=${appId(appName)}

  ${cli} held
  ${cli} explain --connection apim-orders/pe-mine
  ${cli} plan --policy app
  ${cli} events
  ${cli} doctor

${decideGuide(cli)}

The addresses are recorded at the start. Spread a service over zones, as its owner would: Azure gives it another address
after a while, an event arrives, and the alert appears below:

  curl -s -X PATCH -H 'authorization: Bearer owner' '${simulator.url}${orders}?api-version=2024-05-01' -d '{"zones":["1","2","3"]}'
  ${cli} addresses

Ctrl-C stops everything.
`;
}

function decideGuide(cli: string): string {
  if (args.operator === undefined)
    return "Deciding what is held needs a person who is signed in: npm start -- --as-operator <name> plays one on this machine.";
  return `Every request comes from ${sanitizeText(args.operator, 200)}, as an operator who is signed in. The same
request with pe-held for each pe-mine, and snet-private for snet-endpoints, is held. Decide it:

  ${cli} decide approve --connection apim-orders/pe-held --reason "partner onboarded"`;
}

function curlForEndpoint(url: string): string {
  const group = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network`;
  const service = `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`;
  const body = {
    location: "westeurope",
    properties: {
      subnet: { id: `${group}/virtualNetworks/vnet-app/subnets/snet-endpoints` },
      manualPrivateLinkServiceConnections: [
        {
          name: "pe-mine",
          properties: { privateLinkServiceId: service, groupIds: ["Gateway"], requestMessage: "Hello" },
        },
      ],
    },
  };
  return `  curl -s -X PUT -H 'authorization: Bearer requester' '${url}${group}/privateEndpoints/pe-mine?api-version=2024-05-01' \\
    -d '${JSON.stringify(body)}'`;
}
