import { canonicalJson, sha256 } from "../hash.ts";

/** What of an entry makes it a link of its service's chain; the rest of it is covered by its hash. */
export interface ChainLink {
  readonly id: string;
  readonly sequence: number;
  readonly previous: string;
  readonly hash: string;
}

export interface BrokenLink {
  readonly id: string;
  readonly why: string;
}

/**
 * Verifies chains link by link, as their entries come: those of one service in order, of several in any. Each entry's
 * hash has to be that of everything in it, and its `previous` the hash of the one before. A chain may begin with a later link
 * than its first where it was asked for from there; then nothing is said of what came before it.
 */
export function chainVerifier(): {
  readonly take: (entry: ChainLink) => void;
  readonly broken: readonly BrokenLink[];
  /** How many entries, of how many services. */
  readonly counts: () => { readonly entries: number; readonly services: number };
} {
  const last = new Map<string, ChainLink>();
  const broken: BrokenLink[] = [];
  let entries = 0;
  return {
    broken,
    counts: () => ({ entries, services: last.size }),
    take: (entry) => {
      entries++;
      // The beginning of an entry's id is its service's.
      const service = entry.id.slice(0, entry.id.lastIndexOf("-"));
      const why = whyBroken(entry, last.get(service));
      if (why !== undefined) broken.push({ id: entry.id, why });
      last.set(service, entry);
    },
  };
}

function whyBroken(entry: ChainLink, before: ChainLink | undefined): string | undefined {
  const { hash, ...unhashed } = entry;
  if (hash !== sha256(canonicalJson(unhashed))) return "it is not what was written: its hash is another";
  if (entry.sequence === 1)
    return entry.previous === "" ? undefined : "it is the first, and names one before it";
  if (before === undefined) return undefined;
  const missing = entry.sequence - before.sequence - 1;
  if (missing > 0) return `${missing} between ${before.id} and it ${missing === 1 ? "is" : "are"} missing`;
  if (missing < 0) return `it comes after ${before.id}, where it cannot be`;
  return entry.previous === before.hash ? undefined : `it does not follow ${before.id}`;
}
