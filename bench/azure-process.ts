import { generatedEstate, requestConnection, type EstateSize } from "../simulator/estate/generate.ts";
import { seeded } from "../simulator/random.ts";
import { startSimulator } from "../simulator/server.ts";
import { resourceTypeOf } from "./resource-type.ts";

/**
 * The simulated Azure, in a process of its own so that measurements of time and memory exclude it. It receives commands
 * over IPC: `calls` returns the calls since the last `calls`; `change` creates new requests and returns their ids;
 * `pending` returns how many wait.
 */
export type Command =
  { readonly ask: "calls" | "pending" } | { readonly ask: "change"; readonly count: number };

/** Numbers of calls by kind. `refused` counts those that returned 429, which are in their kind's number too. */
export type Calls = Readonly<Record<string, number>>;

const size = JSON.parse(process.argv[2] ?? "{}") as EstateSize;
const simulator = await startSimulator(generatedEstate({ operationMs: 0, ...size }));
const random = seeded(size.seed + 1);
let from = 0;

function calls(): Calls {
  const counted: Record<string, number> = {};
  const count = (kind: string) => {
    counted[kind] = (counted[kind] ?? 0) + 1;
  };
  for (const { method, path, status } of simulator.seen.slice(from)) {
    count(`${method} ${resourceTypeOf(path)}`);
    if (status === 429) count("refused");
  }
  from = simulator.seen.length;
  return counted;
}

let made = 0;

/** Creates new requests at services spread over the estate, each time at other ones. */
function change(count: number): string[] {
  const services = [...simulator.world.services.values()];
  const stride = Math.max(1, Math.floor(services.length / count));
  return Array.from({ length: count }, (_, index) => {
    const shift = Math.floor(made++ / count);
    return requestConnection(simulator.world, services, index * stride + shift, {
      status: "Pending",
      random,
    });
  });
}

function pending(): number {
  const services = [...simulator.world.services.values()];
  return services.reduce(
    (sum, { connections }) =>
      sum + [...connections.values()].filter(({ status }) => status === "Pending").length,
    0,
  );
}

function answer(command: Command): unknown {
  switch (command.ask) {
    case "calls":
      return calls();
    case "pending":
      return pending();
    case "change":
      return change(command.count);
  }
}

process.on("message", (command: Command) => {
  process.send?.(answer(command));
});
process.once("disconnect", () => process.exit(0));
console.log(`azure: ${simulator.url} ${[...simulator.world.subscriptions.keys()].join(",")}`);
