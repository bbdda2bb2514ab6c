import { appRows, type AppState } from "../app-state.ts";
import { dayMs, hasElapsed, type Clock } from "../clock.ts";
import { alert } from "./alert.ts";
import type { DeadSink } from "./deliver.ts";
import { sinkUnavailableReason } from "./reasons-of-the-app.ts";
import { DeliveryError, type Sink } from "./sink.ts";

/**
 * A sink that is configured and cannot be used. Its alerts wait, as for one that is down, and are given up after a day.
 */
export function unavailableSink(name: string, why: string): Sink {
  return { name, unavailable: why, send: () => Promise.reject(new DeliveryError("it is not available")) };
}

const reminderMs = dayMs;

/** Reports each unavailable sink through the others, and again each day. */
export async function reportUnavailableSinks({
  appState,
  clock,
  sinks,
}: {
  readonly appState: AppState;
  readonly clock: Clock;
  readonly sinks: readonly Sink[];
}): Promise<void> {
  for (const { name, unavailable } of sinks)
    if (unavailable !== undefined)
      await appState.update<DeadSink>(appRows.sink(name), (found) => {
        const now = clock.now();
        if (!hasElapsed(reminderMs, found?.toldAt, now)) return undefined;
        const at = now.toISOString();
        const given = found?.given ?? 0;
        const raised = alert("Drawbridge.SinkDead", `sink/${name}`, {
          version: at,
          time: at,
          data: {
            sink: name,
            given,
            reason: sinkUnavailableReason(name, unavailable),
          },
        });
        return { value: { toldAt: at, given }, alerts: [raised] };
      });
}
