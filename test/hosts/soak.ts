import { parseArgs } from "node:util";
import { lostWriteMs, runLoad } from "./load.ts";

/** The number of connections that the default policy approves at one service. */
const requestsMax = 90;

const usage = `Runs a load on real hosts, on one Azurite and one simulated Azure, and checks the tables afterwards.

  npm run soak -- hosts [--hosts 3 --requests 200 --services 3 --kills 50 --pauses 10 --outages 5 --seed 1]

At random moments under load, hosts are killed (SIGKILL), or stopped and continued (SIGSTOP, SIGCONT), and the storage is ended
and started again.

At most 90 requests for each service: the default policy keeps 10 of the 100 connections that Azure allows in reserve.

Exit codes: 0 every invariant holds, 1 one is violated, 2 invalid arguments.`;

/** `npm run soak -- hosts`. */
export async function soakHosts(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      hosts: { type: "string", default: "3" },
      requests: { type: "string", default: "200" },
      services: { type: "string", default: "3" },
      kills: { type: "string", default: "50" },
      pauses: { type: "string", default: "10" },
      outages: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const counts = (["hosts", "requests", "services", "kills", "pauses", "outages", "seed"] as const).map(
    (name) => Number(values[name]),
  );
  const [hosts = 0, requests = 0, services = 0, kills = 0, pauses = 0, outages = 0, seed = 0] = counts;
  if (
    !counts.every((each) => Number.isSafeInteger(each) && each >= 0) ||
    hosts < 1 ||
    services < 1 ||
    requests > services * requestsMax
  ) {
    console.error(usage);
    return 2;
  }
  const { broken, seconds, puts, decisions } = await runLoad({
    hosts,
    requests,
    services,
    kills,
    pauses,
    outages,
    seed,
    lostPercent: 10,
    // The lease of a killed host lasts for a minute and a half.
    timeoutMs: lostWriteMs + requests * 6_000 + (kills + pauses) * 100_000,
    progress: (step) => process.stderr.write(`\r${step}          `),
  });
  process.stderr.write("\n");
  for (const each of broken) console.log(each);
  const ratio = (puts / decisions).toFixed(3);
  console.log(
    `${hosts} hosts, ${requests} requests at ${services} services, ${kills} kills, ${pauses} pauses, ${outages} outages of the storage: ${seconds.toFixed(0)} s, ${puts} PUTs for ${decisions} decisions (${ratio}), ${broken.length} invariants violated`,
  );
  return broken.length === 0 ? 0 : 1;
}
