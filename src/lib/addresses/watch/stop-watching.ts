import { BaselineChanged, type Addressed } from "../model/baseline.ts";
import type { AddressServices } from "../services.ts";

/** A resource that is not governed any more: its baselines are kept, and said to be nobody's concern. */
export async function stopWatching(
  { baselines, digests, clock }: Pick<AddressServices, "baselines" | "digests" | "clock">,
  resource: Addressed,
): Promise<void> {
  const at = clock.now().toISOString();
  const { head, records } = await baselines.read(resource);
  if (head !== undefined && records.some(({ leftAt }) => leftAt === undefined)) {
    const left = records.map(({ drift: _, ...record }) => ({ ...record, leftAt: at }));
    const change = { at, kind: "left" as const, what: "it is not governed any more" };
    try {
      await baselines.revise(resource, { head, records: left, changes: [change], alerts: [] });
    } catch (error) {
      // Somebody else is at it; the next check finds it as it is then.
      if (error instanceof BaselineChanged) return;
      throw error;
    }
  }
  await digests.forget(resource);
}
