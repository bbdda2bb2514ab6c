import { isDue, plusMs, type Clock } from "../clock.ts";
import { readHead, type FoundHead } from "./chain.ts";
import type { Rows } from "./rows.ts";

/** Longer than a review takes from one write to the next. After that, another process may well have moved the head. */
const seenMs = 10_000;

/** More services than are reviewed at a time. */
const servicesMax = 200;

/**
 * The heads of services as this process saw them last, which spares a review the read before each of its writes. What
 * is written names the head's etag, so that one that has moved since is noticed.
 */
export interface CachedHeads {
  /** Reads a head, and keeps it for the next write. */
  read(partition: string): Promise<FoundHead>;
  /** Keeps a head that was just written. */
  keep(partition: string, found: FoundHead): void;
  /** A head that was seen a moment ago. Removed when taken, so that a retry reads the head again. */
  take(partition: string): FoundHead | undefined;
}

export function cachedHeads(rows: Rows, clock: Clock): CachedHeads {
  const seen = new Map<string, { readonly found: FoundHead; readonly until: string }>();
  const keep: CachedHeads["keep"] = (partition, found) => {
    seen.delete(partition);
    seen.set(partition, { found, until: plusMs(clock.now(), seenMs) });
    for (const oldest of seen.keys()) if (seen.size > servicesMax) seen.delete(oldest);
  };
  return {
    keep,
    read: async (partition) => {
      const found = await readHead(rows, partition);
      keep(partition, found);
      return found;
    },
    take: (partition) => {
      const kept = seen.get(partition);
      seen.delete(partition);
      return kept === undefined || isDue(kept.until, clock.now()) ? undefined : kept.found;
    },
  };
}
