import type { AddressRecord } from "./baseline.ts";
import type { ComparisonContext, Lists } from "./comparison.ts";

/**
 * The tier shares addresses of this kind, so that nothing is compared, whatever the answer shows. The baseline of the
 * previous tier stays (only a person, a file or a first observation changes it), and an alert is raised once.
 */
export function stopApplying(
  record: AddressRecord,
  { advice, isPinned }: { readonly advice: string; readonly isPinned: boolean },
  lists: Lists,
  { now }: ComparisonContext,
): AddressRecord {
  if (record.advice === advice && !isPinned && record.drift === undefined && record.current.length === 0)
    return record;
  const { drift: open, reportedDrifts: _, ...rest } = record;
  const isNew = record.advice === undefined || isPinned;
  if (isNew && (record.baseline.length > 0 || (open !== undefined && record.lastReported === "drifted")))
    lists.notApplicable.push({ ...record, advice });
  const quiet = record.lastReported === undefined ? rest : { ...rest, lastReported: "right" as const };
  return record.current.length === 0
    ? { ...quiet, advice }
    : { ...quiet, advice, current: [], currentAt: now.toISOString() };
}

/**
 * The tier has addresses of this kind again: a kind without a baseline is learned, an existing baseline applies again.
 */
export function applyAgain(
  record: AddressRecord,
  current: readonly string[],
  lists: Lists,
  { now }: ComparisonContext,
): AddressRecord {
  const { advice, ...rest } = record;
  if (advice === undefined) return record;
  if (rest.baseline.length > 0 || rest.origin.kind !== "learned") return rest;
  const at = now.toISOString();
  const learned = { ...rest, baseline: current, baselineAt: at, current, currentAt: at };
  lists.learned.push(learned);
  lists.applicable.push(learned);
  return learned;
}
