import type { CheckContext } from "./check-context.ts";
import { checkMax, checkTexts } from "./check-constant.ts";
import { foldName } from "../../fold-name.ts";
import { foldText } from "../values/fold-text.ts";
import { entriesOf, itemsOf } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { LimitKey, Override, OverrideKind } from "../language/policy.ts";
import { isManagementGroupId, managementGroupAdvice } from "../language/management-group.ts";
import { subscriptionAdvice } from "../language/subscription-id.ts";
import { isGuid } from "../../guid.ts";

const kinds: readonly OverrideKind[] = ["subscription", "virtualNetwork", "tagValue", "managementGroup"];

/** The kinds of targets that an override may have, by what the limit counts per. */
function kindsFor(per: LimitKey | undefined): readonly OverrideKind[] {
  switch (per?.kind) {
    // This limit counts management groups, not requesters, and each group has one maximum.
    case "managementGroups":
      return ["managementGroup"];
    case "virtualNetwork":
      return ["subscription", "virtualNetwork", "managementGroup"];
    case "tag":
      return ["subscription", "tagValue", "managementGroup"];
    case "subscription":
    case undefined:
      return ["subscription", "managementGroup"];
  }
}

export function checkOverrides(
  source: Source | undefined,
  per: LimitKey | undefined,
  context: CheckContext,
): readonly Override[] {
  const seen = new Set<string>();
  return itemsOf(source, "overrides", context.problems).flatMap((item) => {
    const override = checkOverride(item, per, context);
    for (const value of override?.values ?? []) {
      const named = `${override?.kind} "${value}"`;
      if (seen.has(named))
        context.problems.add(item.at, `${named} already has an override in this limit; keep one`);
      seen.add(named);
    }
    return override ?? [];
  });
}

function checkOverride(
  source: Source,
  per: LimitKey | undefined,
  context: CheckContext,
): Override | undefined {
  const { problems } = context;
  const keys = entriesOf(source, [...kinds, "max"], problems);
  const max = checkMax(source, keys.get("max"), context, problems);
  const [kind, ...others] = kinds.filter((each) => keys.has(each));
  const allowed = kindsFor(per);
  const named = kind && keys.get(kind);
  if (kind === undefined || named === undefined || others.length > 0) {
    problems.add(source.at, `an override needs exactly one of ${allowed.join(", ")}, and max`);
    return undefined;
  }
  if (!allowed.includes(kind)) {
    problems.add(named.at, `an override of this limit cannot have ${kind}; use ${allowed.join(" or ")}`);
    return undefined;
  }
  const values = checkTexts(named, kind, context, problems)?.map((each) =>
    checkedValue(kind, each, named, context),
  );
  if (values === undefined || max === undefined) return undefined;
  return { kind, values, max, at: { file: problems.file, ...source.at } };
}

const virtualNetworkId =
  /^\/subscriptions\/[^/\s]+\/resourcegroups\/[^/\s]+\/providers\/microsoft\.network\/virtualnetworks\/[^/\s]+$/i;

function checkedValue(kind: OverrideKind, value: string, { at }: Source, { problems }: CheckContext): string {
  if (kind === "subscription" && !isGuid(value)) problems.add(at, subscriptionAdvice(value));
  if (kind === "managementGroup" && !isManagementGroupId(value))
    problems.add(at, `"${value}" is not a management group id; ${managementGroupAdvice}`);
  if (kind === "virtualNetwork" && !virtualNetworkId.test(value))
    problems.add(
      at,
      "virtualNetwork must be an ARM id: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…",
    );
  // Folded in the same way as facts: ids as Azure compares them, other texts as the operators do.
  return kind === "subscription" || kind === "virtualNetwork" ? foldName(value) : foldText(value);
}
