import { canonicalJson, legacyCanonicalJson } from "../../canonical-json.ts";
import { sha256 } from "../../hash.ts";
import type { Link } from "./connection-record.ts";

/** The version of new entries: their hash is over their canonical JSON by RFC 8785. */
const hashVersion = 2;

/**
 * The text that an entry's hash covers, by its `hashVersion`; undefined for entries from before there were versions.
 */
const formOf: ReadonlyMap<unknown, (unhashed: object) => string> = new Map([
  [undefined, legacyCanonicalJson],
  [hashVersion, canonicalJson],
]);

/** The hash of an entry over everything else in it, including the version. */
export function hashOf(entry: object): Required<Pick<Link, "hashVersion" | "hash">> {
  return { hashVersion, hash: sha256(canonicalJson({ ...entry, hashVersion })) };
}

/**
 * Whether an entry's hash matches its content. Only a newer Drawbridge can verify a version that this one does not
 * know.
 */
export function verifyHash(
  entry: Pick<Link, "hashVersion" | "hash">,
): "valid" | "invalid" | "unknown-version" {
  const { hash, ...unhashed } = entry;
  const form = formOf.get(unhashed.hashVersion);
  if (form === undefined) return "unknown-version";
  return hash === sha256(form(unhashed)) ? "valid" : "invalid";
}
