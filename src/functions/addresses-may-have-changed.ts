import type { Addressed } from "../lib/addresses/model/baseline.ts";
import { readAddressEvent } from "../lib/addresses/address-event.ts";
import { recheck } from "../lib/addresses/watch/recheck.ts";
import { isDue, plusMs } from "../lib/clock.ts";
import type { Services } from "../services.ts";

/** Azure sends several events for one write to a service; a resource is read at most once in this interval. */
const quietMs = 10_000;
/** Event Grid waits 30 s for an answer and then redelivers the event. */
const answerMs = 20_000;

/**
 * Event Grid trigger: a write to a service or to a public IP resource triggers an immediate check of that resource. It
 * only shortens the delay: the timer finds whatever it misses.
 */
export function addressesMayHaveChanged(
  services: Pick<Services, "addresses" | "counters" | "log" | "clock" | "recentActivity">,
) {
  const { addresses, counters, log, clock, recentActivity } = services;
  const lastAt = new Map<string, string>();

  /**
   * Whether the resource was read in the interval. Limits the calls to Azure that a flood of forged events can cause.
   */
  function wasReadRecently({ text }: Addressed): boolean {
    const now = clock.now();
    for (const [each, until] of lastAt) if (isDue(until, now)) lastAt.delete(each);
    if (lastAt.has(text)) return true;
    lastAt.set(text, plusMs(now, quietMs));
    return false;
  }

  async function handle(event: unknown): Promise<void> {
    const read = readAddressEvent(event);
    if (read.kind !== "check") {
      counters.count(`address-events-${read.kind}`);
      // The content is not logged, because anybody may have sent it.
      log.info("event ignored: it names no watched address", { why: read.kind });
      return;
    }
    if (wasReadRecently(read.resource)) {
      counters.count("address-events-coalesced");
      await addresses.digests.invalidate(read.resource);
      return;
    }
    const outcome = await recheck(addresses, read.resource);
    counters.count(`address-events-${outcome.replace(" ", "-")}`);
    log.info("addresses were rechecked", { resource: read.resource.text, outcome });
  }

  return async (received: unknown): Promise<void> => {
    recentActivity.event = clock.now().toISOString();
    const all = Promise.all((Array.isArray(received) ? received : [received]).map(handle));
    const late = AbortSignal.timeout(answerMs);
    // A check that takes longer continues. If it is lost, the timer repeats it, because its digest was invalidated
    // first.
    await Promise.race([all, new Promise((resolve) => late.addEventListener("abort", resolve))]);
  };
}
