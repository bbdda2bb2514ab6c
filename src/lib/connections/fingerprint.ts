import { createHash } from "node:crypto";
import type { FactSheet } from "../policy/fact-sheet.ts";
import type { Snapshot } from "./facts.ts";

/**
 * A hash of everything that a verdict rests on: the facts read, the endpoint's etag, and what decides (policy,
 * parameters, mode). Time and counts are recorded beside it: they move without the connection changing.
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
  return sha256(canonicalJson([...lasting.map((part) => Object.fromEntries<unknown>(part)), etag, decider]));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
