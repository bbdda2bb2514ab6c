import { verifyHash } from "./record/entry-hash.ts";

/** What of an entry makes it a link of its service's chain; the rest of it is covered by its hash. */
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

/** What of an entry says that a part of its chain was moved to the archive. */
interface Moved {
  readonly kind?: string;
  readonly to?: number;
}

/**
 * Verifies chains link by link, as their entries come: those of one service in order, of several in any. Each entry's
 * hash has to be that of everything in it, and its `previous` the hash of the one before. A chain may begin with a later link
 * than its first where it was asked for from there, or where what came before it is in the archive, which an entry of it says.
 */
export function chainVerifier(): {
  readonly take: (entry: ChainLink & Moved) => void;
  readonly broken: readonly BrokenLink[];
  /** Chains, by the first entry seen, whose beginning is missing, and of which none says that it was archived. */
  readonly headless: () => readonly BrokenLink[];
  /** Whether the chain of an entry's service goes as far as to it. */
  readonly reaches: (id: string) => boolean;
  /** How many entries, of how many services. */
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
        .map(([, { id, sequence }]) => ({ id, why: missing(sequence - 1, "before it") })),
    take: (entry) => {
      entries++;
      const service = chainOf(entry.id);
      const why = whyBroken(entry, last.get(service));
      if (why !== undefined) broken.push({ id: entry.id, why });
      if (!first.has(service)) first.set(service, entry);
      last.set(service, entry);
      if (entry.kind === "archival" && typeof entry.to === "number") archivedTo.set(service, entry.to);
    },
  };
}

/** The beginning of an entry's id is its service's. */
function chainOf(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}

function whyBroken(entry: ChainLink, before: ChainLink | undefined): string | undefined {
  const verified = verifyHash(entry);
  if (verified === "invalid") return "it is not what was written: its hash is another";
  if (verified === "unknown-version")
    return `its hash has version ${JSON.stringify(entry.hashVersion)}, which this version of Drawbridge cannot verify; update Drawbridge`;
  if (before === undefined)
    return entry.sequence === 1 && entry.previous !== ""
      ? "it is the first, and names one before it"
      : undefined;
  const between = entry.sequence - before.sequence - 1;
  if (between > 0) return missing(between, `between ${before.id} and it`);
  if (between < 0) return `it comes after ${before.id}, where it cannot be`;
  return entry.previous === before.hash ? undefined : `it does not follow ${before.id}`;
}

function missing(count: number, where: string): string {
  return `${count} ${where} ${count === 1 ? "is" : "are"} missing`;
}
