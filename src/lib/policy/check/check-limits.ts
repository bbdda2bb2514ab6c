import type { CheckContext } from "./check-context.ts";
import { checkConstant, checkMax } from "./check-constant.ts";
import { checkOverrides } from "./check-overrides.ts";
import { entriesOf, itemsOf, textAt } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { Limit, LimitKey } from "../language/policy.ts";

export function checkLimits(source: Source | undefined, context: CheckContext): readonly Limit[] {
  return itemsOf(source, "limits", context.problems).flatMap((item) => checkLimit(item, context) ?? []);
}

const limitKeys = ["name", "per", "managementGroup", "max", "overrides"];

function checkLimit(source: Source, context: CheckContext): Limit | undefined {
  const { problems } = context;
  const keys = entriesOf(source, limitKeys, problems);
  const name = textAt(source, keys, "name", problems);
  const per = checkPer(keys.get("per"), context);
  const managementGroup = checkGroup(keys.get("managementGroup"), context);
  if (keys.has("per") && keys.has("managementGroup"))
    problems.add(source.at, "a limit has either per or managementGroup; write two limits");
  const max = checkMax(source, keys.get("max"), context, problems);
  const overrides = checkOverrides(keys.get("overrides"), per, context);
  if (max === undefined) return undefined;
  return {
    name,
    max,
    ...(per === undefined ? {} : { per }),
    ...(managementGroup === undefined ? {} : { managementGroup }),
    overrides,
    at: { file: problems.file, ...source.at },
  };
}

const perKeys =
  "endpoint.subscriptionId, endpoint.virtualNetwork.id, requester.managementGroups, or a tag such as requester.subscriptionTags['team']";

function checkPer(source: Source | undefined, context: CheckContext): LimitKey | undefined {
  if (source === undefined) return undefined;
  const text = checkConstant(source, "per", context, context.problems);
  if (text === undefined) return undefined;
  const key = typeof text === "string" ? keyOf(text, context) : undefined;
  if (key === undefined)
    context.problems.add(
      source.at,
      `a limit cannot count per ${JSON.stringify(text)}; use ${perKeys}, or leave per out to count all connections`,
    );
  return key;
}

function keyOf(text: string, { catalogue }: CheckContext): LimitKey | undefined {
  const found = catalogue.resolve(text);
  if ("problem" in found) return undefined;
  const [step] = found.steps;
  switch (found.field.name) {
    case "endpoint.subscriptionId":
      return { kind: "subscription" };
    case "endpoint.virtualNetwork.id":
      return { kind: "virtualNetwork" };
    case "requester.managementGroups":
      return { kind: "managementGroups" };
    case "requester.subscriptionTags":
      return step?.kind === "key" ? { kind: "tag", tag: step.key } : undefined;
    default:
      return undefined;
  }
}

function checkGroup(source: Source | undefined, context: CheckContext): string | undefined {
  if (source === undefined) return undefined;
  const group = checkConstant(source, "managementGroup", context, context.problems);
  if (typeof group === "string" && group.trim() !== "") return group;
  if (group !== undefined)
    context.problems.add(source.at, "managementGroup must be the id of a management group, as text");
  return undefined;
}
