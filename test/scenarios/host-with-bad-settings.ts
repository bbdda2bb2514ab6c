import { startHost } from "../../host/host.ts";
import { root } from "../../local/child-process.ts";

/** The app as Azure runs it where its settings are bad: nobody ends the host. Prints its functions, and what health says. */
const keys = { master: "m", function: "f" };
const host = await startHost({ app: root, port: 0, keys, log: () => {} });
const answer = await fetch(`${host.url}/api/health`);
const { functions } = host;
console.log(`on Azure: ${JSON.stringify({ functions, status: answer.status, body: await answer.json() })}`);
await host.stop();
process.exit(0);
