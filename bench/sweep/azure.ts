import { generatedEstate, requestConnection, type EstateSize } from "../../simulator/estate/generate.ts";
import { seeded } from "../../simulator/random.ts";
import { startSimulator } from "../../simulator/server.ts";

/** The simulated Azure in a process of its own, so that its work and its memory are not counted as somebody else's. */
export type Asked = { readonly ask: "calls" } | { readonly ask: "change"; readonly count: number };

/** Calls since they were asked for last, by kind; `refused` are those of them that were answered 429. */
export type Calls = Readonly<Record<string, number>>;

const size = JSON.parse(process.argv[2] ?? "{}") as EstateSize;
const simulator = await startSimulator(generatedEstate({ operationMs: 0, ...size }));
const chance = seeded(size.seed + 1);
let from = 0;

function calls(): Calls {
  const counted: Record<string, number> = {};
  const count = (kind: string) => {
    counted[kind] = (counted[kind] ?? 0) + 1;
  };
  for (const { method, path, status } of simulator.seen.slice(from)) {
    count(`${method} ${kindOf(path)}`);
    if (status === 429) count("refused");
  }
  from = simulator.seen.length;
  return counted;
}

/** The type of what was asked for: the last segment but the name. */
function kindOf(path: string): string {
  const segments = path.split("/");
  return (segments.length % 2 === 1 ? segments.at(-2) : segments.at(-1)) ?? "";
}

/** New requests, at services all over the estate. */
function change(count: number): number {
  const services = [...simulator.world.services.values()];
  const stride = Math.max(1, Math.floor(services.length / count));
  for (let index = 0; index < count; index++)
    requestConnection(simulator.world, services, index * stride, { status: "Pending", random: chance });
  return count;
}

process.on("message", (asked: Asked) => {
  process.send?.(asked.ask === "calls" ? calls() : change(asked.count));
});
process.once("disconnect", () => process.exit(0));
console.log(`azure: ${simulator.url} ${[...simulator.world.subscriptions.keys()].join(",")}`);
