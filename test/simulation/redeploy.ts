import type { Mode } from "../../src/lib/config/config.ts";
import type { Running } from "./run.ts";

/** Changes the policy or mode; a process with the new settings replaces every other. */
export function redeploy(running: Running, chance: () => number): void {
  const { sim, options } = running;
  const modes: readonly Mode[] = ["enforce", "approve-only", "observe", "enforce"];
  for (let index = 0; index < options.redeploys; index++) {
    const policy = options.policies[Math.floor(chance() * options.policies.length)] ?? 0;
    const mode = modes[Math.floor(chance() * modes.length)] ?? "enforce";
    sim.time.at(sim.time.now() + chance() * options.forMs, () => deploy(running, { policy, mode }));
  }
}

/** Replaces every process by one with these settings. */
export function deploy(running: Running, deployed: Running["deployed"]): void {
  running.deployed = deployed;
  for (const process of running.platform.processes) process.crash();
}
