import { startHost } from "../../host/host.ts";
import { root } from "../../local/child-process.ts";

/** Runs the app with invalid settings as Azure does, where the host keeps running. Prints its functions and health's response. */
const keys = { master: "m", function: "f" };
const host = await startHost({ app: root, port: 0, keys, log: () => {} });
const answer = await fetch(`${host.url}/api/health`);
const { functions } = host;
console.log(`on Azure: ${JSON.stringify({ functions, status: answer.status, body: await answer.json() })}`);
await host.stop();
process.exit(0);
