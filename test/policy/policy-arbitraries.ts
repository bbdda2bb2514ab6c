import fc from "fast-check";
import type { FactValue } from "../../src/lib/policy/values/fact.ts";
import {
  asked,
  endpointId,
  groups,
  scalars,
  subscriptionIds,
  texts,
  virtualNetworkId,
} from "./fact-arbitraries.ts";
import { functionExpressions, ofCountedList } from "./policy-function-arbitraries.ts";
import { memberExpressions, ofCurrentPerson, ofCurrentPrefix } from "./policy-member-arbitraries.ts";
import type { ConditionJson, PolicyJson, RuleJson } from "./policy-reference.ts";

/** Random policies over the same small stock of values as the facts. */
const scalarOperators = ["equals", "notEquals", "contains", "notContains"];
const textOperators = ["like", "notLike", "containsKey", "notContainsKey"];
const orders = ["less", "lessOrEquals", "greater", "greaterOrEquals"];

const comparison: fc.Arbitrary<Record<string, FactValue>> = fc
  .oneof(
    fc.tuple(fc.constantFrom(...scalarOperators), scalars),
    fc.tuple(fc.constantFrom(...textOperators), fc.oneof(texts, fc.constantFrom("a*", "*b", "*", "a*b"))),
    fc.tuple(fc.constantFrom("in", "notIn"), fc.array(scalars, { maxLength: 3 })),
    fc.tuple(fc.constantFrom(...orders), fc.oneof(texts, fc.constantFrom(0, 5, 80))),
    fc.tuple(fc.constant("exists"), fc.constantFrom<FactValue>(true, false, "true", "FALSE")),
  )
  .map(([operator, right]) => ({ [operator]: right }));

const onField = fc
  .tuple(fc.constantFrom(...asked, "endpoint.tags.owner", "endpoint.subnet.addressPrefixes[*]"), comparison)
  .map(([field, rest]): ConditionJson => ({ field, ...rest }));
const onGroups = groups.map((group): ConditionJson => ({
  field: "requester.managementGroups",
  contains: group,
}));

const list = "endpoint.subnet.addressPrefixes[*]";
const member = fc.oneof(
  comparison.map((rest): ConditionJson => ({ field: list, ...rest })),
  fc
    .tuple(fc.constantFrom("10.20.0.0/14", "10.0.0.0/8", "192.168.0.0/16"), fc.boolean())
    .map(([range, equals]): ConditionJson => ({ value: `[ipRangeContains('${range}', current())]`, equals })),
  fc
    .tuple(fc.oneof(ofCurrentPrefix, ofCountedList), comparison)
    .map(([value, rest]): ConditionJson => ({ value, ...rest })),
);
const negated = fc.oneof(
  { weight: 3, arbitrary: member },
  { weight: 1, arbitrary: member.map((not): ConditionJson => ({ not })) },
);
const onMember = fc
  .tuple(fc.oneof(memberExpressions, functionExpressions), comparison)
  .map(([value, rest]): ConditionJson => ({ value, ...rest }));
/** Also of another list in the count's where, which may be empty: counted so many times or not at all. */
const onEach = comparison.map((rest): ConditionJson => ({ field: list, ...rest }));
const ofPerson = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(ofCurrentPerson, comparison).map(([value, rest]) => ({ value, ...rest })),
  },
  { weight: 1, arbitrary: onEach },
  { weight: 1, arbitrary: onEach.map((not): ConditionJson => ({ not })) },
);
const onPeople = fc
  .tuple(ofPerson, fc.constantFrom("equals", "notEquals", ...orders), fc.integer({ min: 0, max: 3 }))
  .map(([where, operator, right]): ConditionJson => ({
    count: { value: "[parameters('people')]", name: "x", where },
    [operator]: right,
  }));
const onCount = fc
  .tuple(
    fc.option(negated, { nil: undefined }),
    fc.constantFrom("equals", "notEquals", ...orders),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([where, operator, right]): ConditionJson => ({
    count: { field: list, ...(where === undefined ? {} : { where }) },
    [operator]: right,
  }));

const conditionArbitrary: fc.Arbitrary<ConditionJson> = fc.letrec<{ condition: ConditionJson }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: "condition" },
    { weight: 6, arbitrary: onField },
    { weight: 2, arbitrary: onGroups },
    { weight: 2, arbitrary: onCount },
    { weight: 2, arbitrary: onMember },
    { weight: 1, arbitrary: onPeople },
    {
      weight: 2,
      arbitrary: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }).map((allOf) => ({ allOf })),
    },
    {
      weight: 2,
      arbitrary: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    },
    { weight: 1, arbitrary: tie("condition").map((not) => ({ not })) },
  ),
})).condition;

const instants = fc.constantFrom(
  "2026-11-24T11:00:00Z",
  "2026-11-24T13:00:00Z",
  "2026-11-24T12:00:00Z",
  "2026-11-23",
  "2026-11-24",
);
const times = fc.constantFrom("08:00", "12:00", "13:30", "22:00");
const window = fc
  .record({
    days: fc.subarray(["Mon", "Tue", "Wed", "Sun"], { minLength: 1 }),
    from: times,
    to: times,
    timeZone: fc.constant("UTC" as const),
  })
  .filter(({ from, to }) => from !== to);

export const ruleArbitrary = (
  effects: readonly string[] = ["approve", "reject", "hold"],
): fc.Arbitrary<Omit<RuleJson, "name">> =>
  fc
    .record({
      if: conditionArbitrary,
      effect: fc.constantFrom(...effects),
      expiresOn: fc.option(instants, { nil: undefined, freq: 8 }),
      window: fc.option(window, { nil: undefined, freq: 8 }),
    })
    .map(({ if: condition, effect, expiresOn, window: opening }) => ({
      if: condition,
      then: { effect },
      ...(expiresOn === undefined ? {} : { expiresOn }),
      ...(opening === undefined ? {} : { window: opening }),
    }));

const ofRequesters = fc.subarray([
  { subscription: subscriptionIds[0], max: 5 },
  { subscription: subscriptionIds[2], max: 1 },
  { managementGroup: "Corp", max: 4 },
  { managementGroup: "sandbox", max: 0 },
]);
const limits = fc
  .tuple(
    fc.subarray<NonNullable<PolicyJson["limits"]>[number]>([
      { name: "in all", max: 4 },
      { name: "each", per: "endpoint.subscriptionId", max: 3 },
      { name: "networks", per: "endpoint.virtualNetwork.id", max: 3 },
      { name: "teams", per: "requester.subscriptionTags.owner", max: 2 },
      { name: "partners", managementGroup: "partners", max: 2 },
    ]),
    ofRequesters,
    fc.subarray([
      {
        name: "groups",
        per: "requester.managementGroups",
        max: 2,
        overrides: [{ managementGroup: "CORP", max: 1 }],
      },
    ]),
    fc.boolean(),
  )
  .map(([several, overrides, ofGroups, particular]) => [
    ...several.map((limit) => ({
      ...limit,
      overrides: particular ? [...overrides, ...particularOf(limit.per)] : overrides,
    })),
    ...ofGroups,
  ]);

function particularOf(per = "") {
  if (per.startsWith("endpoint.virtual")) return [{ virtualNetwork: virtualNetworkId.toUpperCase(), max: 4 }];
  return per.includes("Tags") ? [{ tagValue: "AB", max: 3 }] : [];
}

const exempted = fc.constantFrom(
  { endpoint: endpointId },
  { subscription: subscriptionIds[0] },
  { subscription: subscriptionIds[1], resourceGroup: "G" },
  { resourceGroup: `/subscriptions/${subscriptionIds[2]}/resourceGroups/g` },
);

/** What rules are found by: a text that a place must equal or contain, or a range that it must lie in. */
const keys = fc.constantFrom("a", "b", "ab", "straße");
const key: fc.Arbitrary<ConditionJson> = fc.oneof(
  fc
    .tuple(fc.constantFrom("endpoint.subscriptionId", "service.name"), keys)
    .map(([field, equals]) => ({ field, equals })),
  fc
    .array(keys, { minLength: 1, maxLength: 3 })
    .map((members) => ({ field: "endpoint.subscriptionId", in: members })),
  fc
    .tuple(
      fc.constantFrom("requester.managementGroups", "endpoint.tags", "service.name"),
      fc.oneof(groups, keys),
    )
    .map(([field, contains]) => ({ field, contains })),
  fc
    .constantFrom("10.0.0.0/8", "10.20.0.0/14", "10.20.0.0/16", "192.168.0.0/16")
    .map((range) => ({ value: `[ipRangeContains('${range}', field('service.name'))]`, equals: true })),
);
const found: fc.Arbitrary<ConditionJson> = fc.oneof(
  key,
  fc.tuple(key, conditionArbitrary).map((allOf) => ({ allOf })),
  fc.tuple(key, key).map((anyOf) => ({ anyOf })),
);

/** Many rules of each effect, so that they are found by index and not asked one by one. */
export const indexedPolicyArbitrary: fc.Arbitrary<PolicyJson> = fc
  .array(fc.tuple(found, fc.constantFrom("approve", "reject", "hold")), { minLength: 9, maxLength: 24 })
  .map((rules) => ({
    name: "indexed",
    rules: rules.map(([condition, effect], index) => ({
      name: `r${String((index * 7) % 24).padStart(2, "0")}`,
      if: condition,
      then: { effect },
    })),
  }));

/** Rules are named by chance, so that their rank has nothing to do with their order. */
function policies(rulesMax: number, bounds: fc.Arbitrary<PolicyJson["limits"]>): fc.Arbitrary<PolicyJson> {
  return fc
    .record({
      rules: fc.array(ruleArbitrary(), { maxLength: rulesMax, minLength: 1 }),
      names: fc.shuffledSubarray(["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"], { minLength: 8 }),
      limits: bounds,
      exempted: fc.array(fc.tuple(fc.nat({ max: 7 }), exempted, fc.option(instants, { nil: undefined })), {
        maxLength: 2,
      }),
      default: fc.constantFrom("hold", "reject"),
    })
    .map(({ rules, names, limits: chosen = [], exempted: spared, default: fallback }) => ({
      name: "random",
      rules: rules.map((rule, index) => ({ name: names[index] ?? "", ...rule })),
      limits: chosen,
      exemptions: spared
        .filter(([index]) => index < rules.length)
        .map(([index, whom, expiresOn], order) => ({
          name: `e${order}`,
          rule: names[index] ?? "",
          ...whom,
          ...(expiresOn === undefined ? {} : { expiresOn }),
        })),
      default: fallback,
    }));
}

export const policyArbitrary = policies(8, limits);

/** Policies of few rules, which come to an approve or a reject more often than to a hold. */
export const decisivePolicyArbitrary = policies(
  2,
  fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: limits }),
);
