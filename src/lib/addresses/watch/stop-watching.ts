import { BaselineChanged, type Addressed } from "../model/baseline.ts";
import type { AddressServices } from "../services.ts";

/** Stops watching a resource that is not governed any more. Its baselines are kept, marked with `leftAt`. */
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
      // Another process is revising the records. The next check tries again.
      if (error instanceof BaselineChanged) return;
      throw error;
    }
  }
  await digests.forget(resource);
}
