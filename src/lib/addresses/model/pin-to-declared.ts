import { sameSet } from "./address.ts";
import type { AddressRecord, Origin } from "./baseline.ts";
import type { ComparisonContext, Lists } from "./comparison.ts";
import { declaredFor } from "./declared.ts";

/**
 * Pins the baseline to its declaration, if there is one. `isPinned` says whether that changed the baseline or its
 * origin.
 */
export function pinToDeclared(
  record: AddressRecord,
  lists: Lists,
  { declared, now }: ComparisonContext,
): { readonly record: AddressRecord; readonly isPinned: boolean } {
  const found = declaredFor(declared, record);
  if (found === undefined) return { record, isPinned: false };
  const { addresses: baseline, file } = found;
  const isPinned = record.origin.kind !== "declared" || !sameSet(record.baseline, baseline);
  if (!isPinned && record.origin.kind === "declared" && record.origin.file === file)
    return { record, isPinned };
  const origin: Origin = { kind: "declared", file };
  // Earlier reports were about another baseline.
  const { reportedDrifts, ...rest } = record;
  const pinned: AddressRecord = isPinned
    ? { ...rest, baseline, baselineAt: now.toISOString(), origin, neverObserved: true }
    : { ...rest, ...(reportedDrifts === undefined ? {} : { reportedDrifts }), origin };
  lists.declared.push({ record: pinned, before: isNew(record, now) ? [] : record.baseline });
  return { record: pinned, isPinned };
}

/** Whether the record was made by this comparison, so that it had no baseline before. */
function isNew({ version, baselineAt }: AddressRecord, now: Date): boolean {
  return version === undefined && baselineAt === now.toISOString();
}
