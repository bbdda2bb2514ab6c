import { subscriptions } from "../simulator/estate/estate.ts";
import { readable } from "./readable.ts";
import { parseArgs } from "node:util";
import { functionKey, masterKey, minutesAsSeconds, startStage, type Stage } from "./stage.ts";

/** `npm start`: Azurite, the simulator with a small estate, and the app, until Ctrl-C. */
const usage = `Starts Drawbridge on this machine, against a simulated Azure, and keeps running until Ctrl-C.

  npm start
  PORT=8080 npm start            another port than 7071 for the app
  npm start -- --speed 1         Azure takes as long as it takes, minutes for an approval; else its minutes are our seconds
  npm start -- --untidy 7        what the app reads of Azure is now and then other than expected, by the seed 7

Settings of the app (DRAWBRIDGE_*) that stand in the environment are used instead of those of this stage:

  DRAWBRIDGE_MODE=observe DRAWBRIDGE_POLICY=policies/mine npm start`;

const asked = readArguments();
if (asked.help) {
  console.log(usage);
  process.exit(0);
}

const port = Number(process.env.PORT ?? "7071");
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT is "${process.env.PORT}"; it must be a port number`);
  process.exit(2);
}

const own = settingsOfApp(process.env);
const stage = await startStage({
  port,
  settings: own,
  simulator: {
    speed: asked.speed,
    ...(asked.untidy === undefined ? {} : { untidy: { seed: asked.untidy } }),
  },
  progress: (what) => console.log(`${what} ...`),
}).catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  console.error(
    why.includes("EADDRINUSE") ? `Port ${port} is in use; choose another: PORT=8080 npm start` : why,
  );
  process.exit(1);
});

stage.app.onLine((line) => console.log(readable(line)));
console.log(guide(stage));

/** What of an environment the app is to be started with; where its Azure and its state are is this stage's affair. */
function settingsOfApp(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const others = ["DRAWBRIDGE_ARM_ENDPOINT", "DRAWBRIDGE_URL", "DRAWBRIDGE_KEY", "DRAWBRIDGE_TOKEN"];
  const named = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith("DRAWBRIDGE_") && !others.includes(entry[0]) && entry[1] !== undefined,
  );
  const settings = Object.fromEntries(named);
  // The stage's values are for the parameters of its own policy.
  return "DRAWBRIDGE_POLICY" in settings ? { DRAWBRIDGE_POLICY_PARAMETERS: "{}", ...settings } : settings;
}

let ending = false;

async function end(): Promise<void> {
  ending = true;
  console.log("\nending everything that was started ...");
  await stage.stop();
  process.exit(0);
}
process.once("SIGINT", () => void end());
process.once("SIGTERM", () => void end());
stage.app.process.once("exit", (code) => {
  // Ctrl-C reaches every process of the terminal at once, so that the app may be the first to go.
  if (ending) return;
  console.error(`the app ended with ${code}`);
  void stage.simulator
    .stop()
    .then(() => stage.azurite.end())
    .then(() => process.exit(1));
});

function readArguments() {
  const options = {
    help: { type: "boolean" },
    speed: { type: "string" },
    untidy: { type: "string" },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const speed = Number(values.speed ?? minutesAsSeconds);
    const untidy = values.untidy === undefined ? undefined : Number(values.untidy);
    if (!(speed > 0 && speed < Infinity))
      throw new Error(`--speed is "${values.speed}"; it must be a number above 0`);
    if (untidy !== undefined && !Number.isSafeInteger(untidy))
      throw new Error(`--untidy is "${values.untidy}"; it must be a whole number`);
    return { help: values.help === true, speed, untidy };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

function guide({ app, simulator, azurite, settings }: Stage): string {
  const services = [...simulator.world.services.values()].map(({ id }) => `               ${id}`).join("\n");
  const [orders = ""] = [...simulator.world.services.values()].map(({ id }) => id);
  const key = `-H 'x-functions-key: ${functionKey}'`;
  const names = Object.keys(own);
  return `
Drawbridge runs, in mode ${settings.DRAWBRIDGE_MODE}, against a simulated Azure${asked.untidy === undefined ? "" : `, untidy by the seed ${asked.untidy}`}.
There ${asked.speed === minutesAsSeconds ? "minutes are played as seconds" : `time runs at ${asked.speed} times its speed`}: an approval takes ${Math.ceil(175 / asked.speed)} s.
${names.length === 0 ? "" : `Taken from the environment: ${names.join(", ")}.\n`}
  app          ${app.url}/api/health     (${app.functions.length} functions; key ${functionKey}, master key ${masterKey})
  simulator    ${simulator.url}
  services
${services}
  tables, queues   ${/TableEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? ""}

Make a private endpoint, as somebody in a landing zone would, and watch it being approved below:

${curlForEndpoint(simulator.url)}

See where it stands, and why:

  curl -s ${key} ${app.url}/api/connections
  curl -s ${key} ${app.url}/api/decisions
  DRAWBRIDGE_URL=${app.url} DRAWBRIDGE_KEY=${functionKey} npm run -s drawbridge -- explain --connection <its id>

Have the addresses learned (else that happens within a quarter of an hour); then spread a service over zones, as its owner
would: Azure takes its time, gives it another address, an event says that something happened, and below you are told:

  curl -s -X POST -H 'x-functions-key: ${masterKey}' ${app.url}/admin/functions/checkAddresses
  curl -s -X PATCH -H 'authorization: Bearer owner' '${simulator.url}${orders}?api-version=2024-05-01' -d '{"zones":["1","2","3"]}'
  DRAWBRIDGE_URL=${app.url} DRAWBRIDGE_KEY=${functionKey} npm run -s drawbridge -- addresses

Ctrl-C ends everything.
`;
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
