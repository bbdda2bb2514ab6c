import { canonicalJson, legacyCanonicalJson } from "../../canonical-json.ts";
import { sha256 } from "../../hash.ts";
import type { Link } from "./record.ts";

/** The version of new entries: their hash is over their canonical JSON by RFC 8785. */
const hashVersion = 2;

/** The text that an entry's hash covers, by its `hashVersion`. Entries that were written before there was one have none. */
const formOf: ReadonlyMap<unknown, (unhashed: object) => string> = new Map([
  [undefined, legacyCanonicalJson],
  [hashVersion, canonicalJson],
]);

/** What completes an entry: its hash, which covers everything else in it, the version included. */
export function hashOf(entry: object): Required<Pick<Link, "hashVersion" | "hash">> {
  return { hashVersion, hash: sha256(canonicalJson({ ...entry, hashVersion })) };
}

/** Whether an entry's hash covers what is in it. Only a newer Drawbridge can tell of a version that this one does not know. */
export function verifyHash(
  entry: Pick<Link, "hashVersion" | "hash">,
): "valid" | "invalid" | "unknown-version" {
  const { hash, ...unhashed } = entry;
  const form = formOf.get(unhashed.hashVersion);
  if (form === undefined) return "unknown-version";
  return hash === sha256(form(unhashed)) ? "valid" : "invalid";
}
