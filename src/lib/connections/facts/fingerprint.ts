import { legacyCanonicalJson } from "../../canonical-json.ts";
import { sha256 } from "../../hash.ts";
import type { FactSheet } from "../../policy/evaluate/fact-sheet.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * A hash of what a verdict rests on: the facts, the endpoint's etag, and `decider` (policy, parameters, mode). Time and
 * counts are left out, because they change without the connection.
 *
 * Fingerprints are stored, and only compared with each other. They keep the canonical form from before RFC 8785: the
 * new form differs for tags with numeric names, and every such connection would be reviewed and recorded again.
 */
export function fingerprintOf(
  facts: FactSheet,
  { endpoint }: Pick<Snapshot, "endpoint">,
  decider: string,
): string {
  const lasting = [facts.known, facts.unknown].map((part) =>
    Object.entries(part).filter(([name]) => !name.startsWith("time.") && !name.startsWith("counts.")),
  );
  const etag = endpoint.kind === "known" ? (endpoint.value.etag ?? null) : null;
  return sha256(
    legacyCanonicalJson([...lasting.map((part) => Object.fromEntries<unknown>(part)), etag, decider]),
  );
}
