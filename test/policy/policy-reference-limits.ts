import { read, unknown, type FactsByName, type Read } from "./policy-reference-facts.ts";
import { foldName, keyOf } from "./policy-reference-operators.ts";

/** Limits a second time: every way that unknown facts may turn out, written as the list of maxima that are possible. */
export interface LimitJson {
  readonly name: string;
  readonly max: number;
  readonly per?: string;
  readonly managementGroup?: string;
  readonly overrides?: readonly OverrideJson[];
}

interface OverrideJson {
  readonly subscription?: string;
  readonly virtualNetwork?: string;
  readonly tagValue?: string;
  readonly managementGroup?: string;
  readonly max: number;
}

export function limitsAllow(limits: readonly LimitJson[], facts: FactsByName): boolean {
  return limits.every((limit) => allows(limit, facts));
}

function allows(limit: LimitJson, facts: FactsByName): boolean {
  const groups = read("requester.managementGroups", facts);
  const named = (Array.isArray(groups) ? groups : []).map((each) => foldName(String(each)));
  if (limit.per === "requester.managementGroups") {
    if (groups === unknown) return false;
    return named.every((group) => {
      const own = (limit.overrides ?? []).find((each) => foldName(each.managementGroup ?? "") === group);
      return fits(key("counts.fromManagementGroup", group, facts), [own?.max ?? limit.max], facts);
    });
  }
  if (limit.managementGroup !== undefined) {
    if (groups === unknown) return false;
    if (!named.includes(foldName(limit.managementGroup))) return true;
  }
  return fits(countOf(limit, facts), maxima(limit, facts), facts);
}

/** Room is left whichever of the possible maxima it is. */
function fits(count: Read, possible: readonly number[], facts: FactsByName): boolean {
  if (typeof count !== "number") return false;
  const places = count + (read("connection.state", facts) === "Approved" ? 0 : 1);
  return possible.every((max) => places <= max);
}

function key(
  field: "counts.fromManagementGroup" | "counts.fromSubscriptionTag",
  name: string,
  facts: FactsByName,
): Read {
  const counts = read(field, facts);
  return counts === unknown ? unknown : keyOf(counts, name);
}

function tagOf(per: string, facts: FactsByName): Read {
  const tags = read("requester.subscriptionTags", facts);
  return tags === unknown ? unknown : keyOf(tags, per.split(".")[2] ?? "");
}

function countOf({ per = "", managementGroup }: LimitJson, facts: FactsByName): Read {
  if (managementGroup !== undefined) return key("counts.fromManagementGroup", managementGroup, facts);
  if (per === "") return read("counts.approved", facts);
  if (per === "endpoint.subscriptionId") return read("counts.fromSubscription", facts);
  if (per === "endpoint.virtualNetwork.id") return read("counts.fromVirtualNetwork", facts);
  const tag = tagOf(per, facts);
  if (tag === unknown || tag === null || tag === "") return unknown;
  return key("counts.fromSubscriptionTag", per.split(".")[2] ?? "", facts);
}

/**
 * From the most particular kind of override down: one that is named decides, one that is unknown leaves all of its kind
 * open.
 */
function maxima({ max, per = "", overrides = [] }: LimitJson, facts: FactsByName): number[] {
  const kinds = [
    ["virtualNetwork", read("endpoint.virtualNetwork.id", facts)],
    ["subscription", read("endpoint.subscriptionId", facts)],
    ["tagValue", per.includes("Tags") ? tagOf(per, facts) : null],
    ["managementGroup", read("requester.managementGroups", facts)],
  ] as const;
  const possible: number[] = [];
  for (const [kind, value] of kinds) {
    const own = overrides.filter((each) => each[kind] !== undefined);
    if (own.length === 0) continue;
    if (value === unknown) {
      possible.push(...own.map((each) => each.max));
      continue;
    }
    const texts = (Array.isArray(value) ? value : [value]).map((each) => foldName(String(each)));
    const found = texts.flatMap((text) => own.filter((each) => foldName(each[kind] ?? "") === text));
    if (found[0] !== undefined) return [...possible, found[0].max];
  }
  return [...possible, max];
}
