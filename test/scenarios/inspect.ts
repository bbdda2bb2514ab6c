import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "../../local/stack.ts";
import type { Service } from "../../simulator/estate/world.ts";

/** Tries a check until it holds; its own failure is what is told when time is up. */
export async function eventually(check: () => Promise<void>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** The phase that the app tells of a connection; undefined where it knows none. */
export async function phaseOf(stack: Pick<Stack, "call">, id: string): Promise<string | undefined> {
  const response = await stack.call("/api/connections?top=1000");
  const { connections } = (await response.json()) as { connections: { connection: string; phase: string }[] };
  return connections.find(({ connection }) => connection.toLowerCase() === id.toLowerCase())?.phase;
}

/** How many PUTs on a connection the simulated Azure saw. */
export function putsOn({ simulator }: Pick<Stack, "simulator">, id: string): number {
  return simulator.seen.filter(
    ({ method, path }) => method === "PUT" && path.toLowerCase() === id.toLowerCase(),
  ).length;
}

export function serviceNamed({ simulator }: Pick<Stack, "simulator">, name: string): Service {
  const service = [...simulator.world.services.values()].find((each) => each.name === name);
  if (service === undefined) throw new Error(`the estate has no service ${name}`);
  return service;
}
