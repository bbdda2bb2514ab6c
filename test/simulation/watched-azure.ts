import type { Azure } from "../../src/lib/connections/azure-connections.ts";
import type { ArmCalls } from "./arm-calls.ts";
import { simulatedAzure } from "./simulated-azure.ts";
import { watchPuts } from "./invariants-of-puts.ts";
import { watchWaiting } from "./invariants-of-waiting.ts";
import type { Running } from "./run.ts";
import { untidyAzure } from "./untidy.ts";

/** The simulated Azure as one process sees it, with untidy answers and a check of every PUT. */
export function watchedAzure(
  running: Running,
  calls: ArmCalls,
  by: {
    readonly forAzure: () => number;
    readonly forUntidiness: () => number;
    readonly untidiness: () => number;
  },
): Azure {
  const { sim, world, options } = running;
  const { operations } = options;
  const tookMs = () => operations[Math.floor(by.forAzure() * operations.length)] ?? 0;
  const azure = simulatedAzure(sim, world, calls, tookMs);
  return watchWaiting(running, watchPuts(running, untidyAzure(azure, by.forUntidiness, by.untidiness)));
}
