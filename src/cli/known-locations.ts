import { normaliseLocation } from "../lib/policy/values/location.ts";
import type { AddressSet } from "./app.ts";
import { CannotRun } from "./exit-codes.ts";
import { cleaned } from "./rows.ts";

/**
 * The sets at a location. Where there are none, `readAll` reads those of every location: an empty list for a location that is
 * mistyped would pass for an answer.
 * @throws {CannotRun} for a location in which nothing has addresses
 */
export async function setsAt(
  location: string | undefined,
  found: readonly AddressSet[],
  readAll: () => Promise<readonly AddressSet[]>,
): Promise<readonly AddressSet[]> {
  if (location === undefined || found.length > 0) return found;
  const known = [...new Set((await readAll()).map((each) => normaliseLocation(each.location)))].toSorted();
  if (known.includes(normaliseLocation(location))) return found;
  const named = `--location is "${cleaned(location)}"`;
  throw new CannotRun(
    known.length === 0
      ? `${named}; no location is known, because no check has observed addresses yet`
      : `${named}, where nothing has addresses; the known locations are ${known.map(cleaned).join(", ")}`,
  );
}
