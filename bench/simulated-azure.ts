import { join } from "node:path";
import { root, startProcess } from "../local/child-process.ts";
import { landingZones } from "../simulator/estate/generate.ts";
import type { Calls, Command } from "./azure-process.ts";
import { exchange } from "./exchange.ts";

export type { Calls };

const seed = 42;
const startTimeoutMs = 300_000;

/** A simulated Azure with an estate of this size. */
export interface Azure {
  readonly url: string;
  readonly pid: number;
  /** The subscriptions that have services. */
  readonly hosts: readonly string[];
  /** Calls by kind since the last time. */
  calls(): Promise<Calls>;
  /** Creates requests, and returns the ids of their connections. */
  request(count: number): Promise<readonly string[]>;
  pending(): Promise<number>;
  end(): Promise<void>;
}

export async function startAzure(size: {
  readonly services: number;
  readonly subscriptions: number;
  /** Connections that were approved before. */
  readonly approved?: number;
}): Promise<Azure> {
  const child = startProcess(join(root, "bench/azure-process.ts"), {
    args: [JSON.stringify({ pending: 0, approved: 0, seed, ...size })],
    environment: process.env,
    // A million connections take gigabytes, of the simulator's memory.
    execArgv: ["--max-old-space-size=12000"],
  });
  const [, url = "", all = ""] = await child.waitForLine(/^azure: (\S+) (\S+)$/, startTimeoutMs);
  const ask = <T>(command: Command) => exchange<T>(child, command);
  return {
    url,
    pid: child.process.pid ?? 0,
    hosts: all.split(",").filter((id) => !landingZones.includes(id)),
    calls: () => ask<Calls>({ ask: "calls" }),
    request: (count) => ask<string[]>({ ask: "change", count }),
    pending: () => ask<number>({ ask: "pending" }),
    end: () => child.end(),
  };
}
