import { verifyHash } from "./record/entry-hash.ts";

/** The properties of an entry that link it into its service's chain. The hash covers all others. */
export interface ChainLink {
  readonly id: string;
  readonly sequence: number;
  readonly previous: string;
  readonly hashVersion?: number;
  readonly hash: string;
}

export interface BrokenLink {
  readonly id: string;
  readonly why: string;
}

/** The properties of an entry about a part of its chain that was moved to the archive. */
interface ArchivalFields {
  readonly kind?: string;
  readonly to?: number;
}

/**
 * Verifies chains entry by entry: the entries of one service in order, those of different services in any. An entry's
 * hash must be that of its content, and its `previous` the hash of the entry before. A chain may begin after its first
 * entry if only a part of it was read, or if the earlier entries are in the archive, which an entry of the chain then
 * records.
 */
export function chainVerifier(): {
  readonly take: (entry: ChainLink & ArchivalFields) => void;
  readonly broken: readonly BrokenLink[];
  /** The first entry of each chain whose beginning is missing and not recorded as archived. */
  readonly headless: () => readonly BrokenLink[];
  /** Whether the chain of an entry's service reaches the entry. */
  readonly reaches: (id: string) => boolean;
  /** The number of entries and of services. */
  readonly counts: () => { readonly entries: number; readonly services: number };
} {
  const first = new Map<string, ChainLink>();
  const last = new Map<string, ChainLink>();
  const archivedTo = new Map<string, number>();
  const broken: BrokenLink[] = [];
  let entries = 0;
  return {
    broken,
    reaches: (id) => Number(id.slice(id.lastIndexOf("-") + 1)) <= (last.get(chainOf(id))?.sequence ?? 0),
    counts: () => ({ entries, services: last.size }),
    headless: () =>
      [...first]
        .filter(([service, { sequence }]) => sequence > (archivedTo.get(service) ?? 0) + 1)
        .map(([, { id, sequence }]) => ({ id, why: missing(sequence - 1, "before this one") })),
    take: (entry) => {
      entries++;
      const service = chainOf(entry.id);
      const why = breakReason(entry, last.get(service));
      if (why !== undefined) broken.push({ id: entry.id, why });
      if (!first.has(service)) first.set(service, entry);
      last.set(service, entry);
      if (entry.kind === "archival" && typeof entry.to === "number") archivedTo.set(service, entry.to);
    },
  };
}

/** The chain of an entry: its id up to the sequence. */
function chainOf(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}

function breakReason(entry: ChainLink, before: ChainLink | undefined): string | undefined {
  const verified = verifyHash(entry);
  if (verified === "invalid") return "its content does not match its hash";
  if (verified === "unknown-version")
    return `its hash has version ${JSON.stringify(entry.hashVersion)}, which this version of Drawbridge cannot verify; update Drawbridge`;
  if (before === undefined)
    return entry.sequence === 1 && entry.previous !== ""
      ? "it is the first entry, but names a previous one"
      : undefined;
  const between = entry.sequence - before.sequence - 1;
  if (between > 0) return missing(between, `between ${before.id} and this one`);
  if (between < 0) return `it is out of order after ${before.id}`;
  return entry.previous === before.hash ? undefined : `it does not follow ${before.id}`;
}

function missing(count: number, where: string): string {
  return count === 1 ? `1 entry ${where} is missing` : `${count} entries ${where} are missing`;
}
