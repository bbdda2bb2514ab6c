import { follow, Unknown, valueAt, type Env } from "../language/env.ts";
import { foldText } from "../values/fold-text.ts";
import type { Catalogue, FieldName, FieldReference } from "../language/fields.ts";
import type { Limit } from "../language/policy.ts";
import { maximumOf, type MaximumRange } from "./limit-override.ts";

/** The state of a limit for one connection: free, reached, unknown, or per tag for a requester without the tag. */
type LimitStatus =
  | { readonly kind: "free" }
  | { readonly kind: "reached"; readonly approved: number; readonly max: number; readonly group?: string }
  | { readonly kind: "unknown"; readonly field: string; readonly unknown: Unknown }
  | { readonly kind: "untagged"; readonly field: string };

export interface CompiledLimit {
  readonly limit: Limit;
  readonly status: (env: Env) => LimitStatus;
}

const free: LimitStatus = { kind: "free" };

/** Compiles a limit on the Approved connections of one service, including this one. */
export function compileLimit(limit: Limit, catalogue: Catalogue): CompiledLimit {
  return { limit, status: statusOf(limit, catalogue) };
}

function statusOf(limit: Limit, catalogue: Catalogue): CompiledLimit["status"] {
  const state = fieldOf("connection.state", catalogue);
  // The count already includes a connection that is Approved.
  const own = (env: Env) => (valueAt(state, env) === "Approved" ? 0 : 1);
  if (limit.per?.kind === "managementGroups") return forEachGroup(limit, catalogue, own);
  const maximum = maximumOf(limit, catalogue);
  const count = counterFor(limit, catalogue);
  const within: CompiledLimit["status"] = (env) => {
    const approved = count(env);
    return typeof approved === "number"
      ? compareCount(approved, approved + own(env), maximum(env))
      : approved;
  };
  return limit.managementGroup === undefined
    ? within
    : forGroupMembers(limit.managementGroup, catalogue, within);
}

/** Compares a count with the maximum, or with both bounds of an unknown maximum. */
function compareCount(approved: number, places: number, maximum: number | MaximumRange): LimitStatus {
  if (typeof maximum === "number")
    return places > maximum ? { kind: "reached", approved, max: maximum } : free;
  if (places <= maximum.least) return free;
  if (places > maximum.most) return { kind: "reached", approved, max: maximum.most };
  return { kind: "unknown", field: maximum.field, unknown: maximum.unknown };
}

type Counter = (env: Env) => number | LimitStatus;

/** The count of a limit, or its status if the count is unknown. */
function counterFor({ per, managementGroup }: Limit, catalogue: Catalogue): Counter {
  if (managementGroup !== undefined)
    return countUnderKey("counts.fromManagementGroup", managementGroup, catalogue);
  switch (per?.kind) {
    case "subscription":
      return countField("counts.fromSubscription", catalogue);
    case "virtualNetwork":
      return countField("counts.fromVirtualNetwork", catalogue);
    case "tag":
      return countByTag(per.tag, catalogue);
    case "managementGroups":
    case undefined:
      return countField("counts.approved", catalogue);
  }
}

function countField(field: FieldName, catalogue: Catalogue): Counter {
  const reference = fieldOf(field, catalogue);
  return (env) => numberOrUnknown(field, valueAt(reference, env));
}

function countUnderKey(field: FieldName, key: string, catalogue: Catalogue): Counter {
  const reference = fieldOf(field, catalogue);
  const steps = [{ kind: "key" as const, key }];
  return (env) => numberOrUnknown(field, follow(valueAt(reference, env), steps));
}

/** Counts by a tag. Requesters without the tag are held, so that they do not escape the limit. */
function countByTag(tag: string, catalogue: Catalogue): Counter {
  const tags = fieldOf("requester.subscriptionTags", catalogue);
  const steps = [{ kind: "key" as const, key: tag }];
  const count = countUnderKey("counts.fromSubscriptionTag", tag, catalogue);
  return (env) => {
    const value = follow(valueAt(tags, env), steps);
    if (value instanceof Unknown)
      return { kind: "unknown", field: "requester.subscriptionTags", unknown: value };
    if (value === undefined || value === null || value === "")
      return { kind: "untagged", field: `requester.subscriptionTags['${tag}']` };
    return count(env);
  };
}

function numberOrUnknown(field: FieldName, value: ReturnType<typeof valueAt>): number | LimitStatus {
  if (typeof value === "number") return value;
  return { kind: "unknown", field, unknown: value instanceof Unknown ? value : new Unknown("empty-answer") };
}

/** Restricts a limit to the members of one management group. */
function forGroupMembers(
  group: string,
  catalogue: Catalogue,
  within: CompiledLimit["status"],
): CompiledLimit["status"] {
  const reference = fieldOf("requester.managementGroups", catalogue);
  const wanted = foldText(group);
  return (env) => {
    const groups = valueAt(reference, env);
    if (groups instanceof Unknown)
      return { kind: "unknown", field: "requester.managementGroups", unknown: groups };
    const isMember =
      Array.isArray(groups) && groups.some((each) => typeof each === "string" && foldText(each) === wanted);
    return isMember ? within(env) : free;
  };
}

/** Applies the limit to each management group of the requester, each counting the groups below it. */
function forEachGroup(
  limit: Limit,
  catalogue: Catalogue,
  own: (env: Env) => number,
): CompiledLimit["status"] {
  const reference = fieldOf("requester.managementGroups", catalogue);
  const counts = fieldOf("counts.fromManagementGroup", catalogue);
  const maxima = new Map(limit.overrides.flatMap(({ values, max }) => values.map((each) => [each, max])));
  return (env) => {
    const groups = valueAt(reference, env);
    if (groups instanceof Unknown)
      return { kind: "unknown", field: "requester.managementGroups", unknown: groups };
    let found = free;
    for (const group of Array.isArray(groups) ? (groups as readonly unknown[]) : []) {
      const name = String(group);
      const count = follow(valueAt(counts, env), [{ kind: "key", key: name }]);
      const approved = numberOrUnknown("counts.fromManagementGroup", count);
      if (typeof approved !== "number") {
        found = approved;
        continue;
      }
      const max = maxima.get(foldText(name)) ?? limit.max;
      if (approved + own(env) > max) return { kind: "reached", approved, max, group: name };
    }
    return found;
  };
}

/** @throws if the catalogue has no such field */
function fieldOf(name: FieldName, catalogue: Catalogue): FieldReference {
  const reference = catalogue.resolve(name);
  if ("problem" in reference) throw new Error(`limits need the field ${name}`);
  return reference;
}
