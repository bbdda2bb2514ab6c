import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "../../local/stack.ts";
import type { Service } from "../../simulator/estate/world.ts";

/** Repeats a check until it passes. When the time is up, throws the check's last error. */
export async function eventually(
  check: () => Promise<void>,
  timeoutMs = 60_000,
  everyMs = 250,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(everyMs);
    }
  }
}

/** The phase of a connection that the app reports; undefined if the app does not know the connection. */
export async function phaseOf(stack: Pick<Stack, "call">, id: string): Promise<string | undefined> {
  const response = await stack.call("/api/connections?top=1000");
  const { connections } = (await response.json()) as { connections: { connection: string; phase: string }[] };
  return connections.find(({ connection }) => connection.toLowerCase() === id.toLowerCase())?.phase;
}

/** Waits until the app reports this phase of a connection. */
export function waitForPhase(stack: Pick<Stack, "call">, id: string, phase: string): Promise<void> {
  return eventually(async () => {
    const found = await phaseOf(stack, id);
    if (found !== phase) throw new Error(`${id} is ${found ?? "unknown"}, not ${phase}`);
  });
}

/** The number of PUTs on a connection that the simulated Azure received. */
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
