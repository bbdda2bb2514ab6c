import type { CheckContext } from "./check-context.ts";
import { checkTexts } from "./check-constant.ts";
import { checkExpiry } from "./check-expiry.ts";
import { foldName } from "../../fold-name.ts";
import { entriesOf, itemsOf, textAt } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { ExemptionTarget, Exemption, ResourceGroup } from "../language/policy.ts";
import type { Problems } from "../source/problem.ts";
import { subscriptionAdvice } from "../language/subscription-id.ts";
import { isGuid } from "../../guid.ts";

export function checkExemptions(source: Source | undefined, context: CheckContext): readonly Exemption[] {
  return itemsOf(source, "exemptions", context.problems).flatMap(
    (item) => checkExemption(item, context) ?? [],
  );
}

const exemptionKeys = [
  "name",
  "rule",
  "endpoint",
  "subscription",
  "resourceGroup",
  "owner",
  "ticket",
  "expiresOn",
];

function checkExemption(source: Source, context: CheckContext): Exemption | undefined {
  const { problems } = context;
  const keys = entriesOf(source, exemptionKeys, problems);
  const name = textAt(source, keys, "name", problems);
  const rule = textAt(source, keys, "rule", problems);
  const target = checkTarget(source, keys, context);
  const owner = keys.has("owner") ? textAt(source, keys, "owner", problems) : undefined;
  const ticket = keys.has("ticket") ? textAt(source, keys, "ticket", problems) : undefined;
  const expiresOn = checkExpiry(keys.get("expiresOn"), problems);
  if (target === undefined) return undefined;
  return {
    name,
    rule,
    target,
    ...(owner === undefined ? {} : { owner }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(expiresOn === undefined ? {} : { expiresOn }),
    at: { file: problems.file, ...source.at },
  };
}

const targetChoices =
  "an exemption needs one target: an endpoint (its ARM id), a subscription (its id), or a resourceGroup (its ARM id, or its name together with subscription)";

function checkTarget(
  source: Source,
  keys: ReadonlyMap<string, Source>,
  context: CheckContext,
): ExemptionTarget | undefined {
  const { problems } = context;
  const [endpoint, subscription, group] = ["endpoint", "subscription", "resourceGroup"].map((key) =>
    keys.get(key),
  );
  if (endpoint !== undefined && (subscription ?? group) === undefined) {
    const ids = checkTexts(endpoint, "endpoint", context, problems);
    return ids && { kind: "endpoint", ids: ids.map((id) => checkEndpoint(id, endpoint, problems)) };
  }
  if (endpoint !== undefined || (subscription ?? group) === undefined) {
    problems.add(source.at, targetChoices);
    return undefined;
  }
  const ids = subscription && checkTexts(subscription, "subscription", context, problems);
  if (subscription !== undefined)
    for (const id of ids ?? []) if (!isGuid(id)) problems.add(subscription.at, subscriptionAdvice(id));
  if (group === undefined) return ids && { kind: "subscription", ids: ids.map(foldName) };
  const names = checkTexts(group, "resourceGroup", context, problems);
  if (names === undefined || (subscription !== undefined && ids === undefined)) return undefined;
  return { kind: "resourceGroup", groups: names.flatMap((each) => groupsOf(each, ids, group, problems)) };
}

const endpointId =
  /^\/subscriptions\/[^/\s]+\/resourcegroups\/[^/\s]+\/providers\/microsoft\.network\/privateendpoints\/[^/\s]+$/i;

function checkEndpoint(id: string, { at }: Source, problems: Problems): string {
  if (!endpointId.test(id))
    problems.add(
      at,
      "endpoint must be the ARM id of a private endpoint: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateEndpoints/…",
    );
  return foldName(id);
}

const groupId = /^\/subscriptions\/([^/\s]+)\/resourcegroups\/([^/\s]+)\/?$/i;

/** Resource groups by ARM id, or by name in given subscriptions: any requester can choose the name of a group. */
function groupsOf(
  text: string,
  subscriptions: readonly string[] | undefined,
  { at }: Source,
  problems: Problems,
): ResourceGroup[] {
  const [, subscriptionId, name] = groupId.exec(text) ?? [];
  if (subscriptionId !== undefined && name !== undefined) {
    if (!isGuid(subscriptionId)) problems.add(at, subscriptionAdvice(subscriptionId));
    if (subscriptions !== undefined)
      problems.add(
        at,
        "this ARM id already contains a subscription; remove subscription, or write only the group's name",
      );
    return [{ subscriptionId: foldName(subscriptionId), name: foldName(name) }];
  }
  if (text.includes("/") || subscriptions === undefined) {
    problems.add(
      at,
      "resourceGroup must be an ARM id, /subscriptions/…/resourceGroups/…, or a name together with subscription, because other subscriptions can have a group of the same name",
    );
    return [];
  }
  return subscriptions.map((id) => ({ subscriptionId: foldName(id), name: foldName(text) }));
}
