import { legacyCanonicalJson } from "../../canonical-json.ts";
import { sha256 } from "../../hash.ts";
import type { FactSheet } from "../../policy/evaluate/fact-sheet.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * A hash of everything that a verdict rests on: the facts read, the endpoint's etag, and what decides (policy,
 * parameters, mode). Time and counts are recorded beside it: they move without the connection changing.
 *
 * It is stored and only compared with itself. So it keeps the form that it had before RFC 8785 was followed: another form
 * would change it where a tag is named by a number, and every such connection would be reviewed and recorded again.
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
