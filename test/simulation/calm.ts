import type { Running } from "./run.ts";

/** How often connections are swept. */
export const periodMs = 5 * 60_000;

/** Long enough for two sweeps, and for a message to be seen again whose process ended. */
const sweepsToSettle = 2;

/** A time without faults, in which everything has to come right. */
export async function calm(running: Running): Promise<void> {
  const { sim, options } = running;
  const end = sim.time.now() + options.calmMs;
  const stepMs = options.untilSettled ? sweepsToSettle * periodMs : options.calmMs;
  while (sim.time.now() < end && !(await isSettled(running)))
    await sim.time.runUntil(Math.min(end, sim.time.now() + stepMs));
}

/** Nothing is open, and nothing was asked for during the last two sweeps. */
async function isSettled({ sim, rows, platform: { enqueued }, options }: Running): Promise<boolean> {
  if (!options.untilSettled) return false;
  const since = sim.time.now() - sweepsToSettle * periodMs;
  if ((enqueued.at(-1)?.at ?? 0) > since) return false;
  const { rows: open } = await rows.list({ partition: { from: "open-", to: "open." }, prefix: "", top: 1 });
  return open.length === 0;
}
