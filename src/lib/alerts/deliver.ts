import type { Log } from "../log.ts";
import type { Outbox, Owner, Undelivered } from "./outbox.ts";
import type { Sink } from "./sink.ts";

/**
 * Tells everything that an owner's outbox still holds. At least once: an alert is forgotten only after its
 * sink took it, and one sink's failure keeps none from the others. False where something is left to be told.
 */
export async function deliver(
  outbox: Outbox,
  sinks: readonly Sink[],
  log: Log,
  owner: Owner,
): Promise<boolean> {
  let all = true;
  for (const undelivered of await outbox.undelivered(owner)) {
    const taken = await told(undelivered, sinks, log);
    if (taken) await outbox.delivered(owner, undelivered);
    all &&= taken;
  }
  return all;
}

async function told({ alert, sink: name }: Undelivered, sinks: readonly Sink[], log: Log): Promise<boolean> {
  const sink = sinks.find((each) => each.name === name);
  if (sink === undefined) {
    log.warn("alert waits for a sink that is not configured", { alertId: alert.id, sink: name });
    return false;
  }
  try {
    await sink.tell(alert);
    return true;
  } catch (error) {
    // A sink is the outside world: whatever it throws, the row stays and the next delivery tries again.
    log.warn("alert was not taken by its sink", { alertId: alert.id, sink: name, error: nameOf(error) });
    return false;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
