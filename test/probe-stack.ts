import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { makeEndpoint } from "../local/requester.ts";
import { smallEstate, subscriptions } from "../simulator/estate/estate.ts";
import type { ProbeFixture } from "../simulator/estate/recorded.ts";
import type { Service } from "../simulator/estate/world.ts";
import { startSimulator, type Simulator } from "../simulator/server.ts";
import { run } from "../src/cli/run.ts";
import { temporaryFolder } from "./folder.ts";

export interface ProbeStack {
  readonly simulator: () => Simulator;
  /** It has two Pending connections: of our landing zone, and of another tenant. Its approvals take no time. */
  readonly service: () => Service;
  /** The id of the first one. */
  readonly connection: () => string;
  readonly folder: () => string;
  /** Runs `drawbridge probe`, in a terminal where there are answers to its questions. */
  readonly probe: (
    args: readonly string[],
    answers?: readonly string[],
  ) => Promise<{
    readonly code: number;
    readonly out: string;
    readonly err: string;
    readonly asked: readonly string[];
  }>;
  readonly fixtures: () => readonly ProbeFixture[];
}

/** `drawbridge probe` on a simulator and in a folder of its own, for each test of a file. */
export function probeStack(): ProbeStack {
  const { path: folder } = temporaryFolder();
  let simulator: Simulator;
  let service: Service;
  let connection: string;
  beforeEach(async () => {
    simulator = await startSimulator(smallEstate());
    [service] = [...simulator.world.services.values()] as [Service];
    service.operationMs = 0;
    const request = { token: "requester", subscriptionId: subscriptions.landingZone, name: "pe-secret" };
    const serviceId = service.id;
    connection = await makeEndpoint(simulator, { ...request, serviceId, message: "call 555 0100" });
    const foreign = { token: "partner", subscriptionId: subscriptions.partner, name: "pe-partner" };
    await makeEndpoint(simulator, { ...foreign, serviceId });
  });
  afterEach(() => simulator.stop());
  return {
    simulator: () => simulator,
    service: () => service,
    connection: () => connection,
    folder,
    probe: async (args, answers) => {
      const [out, err, asked]: [string[], string[], string[]] = [[], [], []];
      const ask = (question: string) =>
        Promise.resolve((asked.push(question), answers?.[asked.length - 1] ?? ""));
      const code = await run(["probe", ...args], {
        out: (text) => out.push(text),
        err: (text) => err.push(text),
        environment: { DRAWBRIDGE_ARM_ENDPOINT: simulator.url },
        folder: folder(),
        fetch,
        clock: { now: () => new Date("2026-11-24T12:00:00Z") },
        ...(answers === undefined ? {} : { ask }),
      });
      return { code, out: out.join(""), err: err.join(""), asked };
    },
    fixtures: () =>
      readdirSync(join(folder(), "probe")).map(
        (name) => JSON.parse(readFileSync(join(folder(), "probe", name), "utf8")) as ProbeFixture,
      ),
  };
}
