import { startHost } from "../../host/host.ts";
import { root } from "../../local/child-process.ts";

/**
 * Runs the app with invalid settings as Azure does, where the host keeps running. Prints its functions, and what they
 * answer.
 */
const keys = { master: "m", function: "f" };
const host = await startHost({ app: root, port: 0, keys, log: () => {} });
const answer = await fetch(`${host.url}/api/health`);
const withKey = await fetch(`${host.url}/api/doctor`, { headers: { "x-functions-key": keys.function } });
const withoutKey = await fetch(`${host.url}/api/doctor`);
const { functions } = host;
const [body, doctor] = [await answer.json(), await withKey.json()];
const found = { functions, status: answer.status, body, doctor, withoutKey: withoutKey.status };
console.log(`on Azure: ${JSON.stringify(found)}`);
await host.stop();
process.exit(0);
