import fc from "fast-check";
import { absent, known, unknown, type Fact, type FactValue } from "../../src/lib/policy/values/fact.ts";
import { fields, type FieldName } from "../../src/lib/policy/language/fields.ts";
import type { FactsByName, ConditionJson } from "./policy-reference.ts";

/** Conditions that often contradict each other or say nothing, and facts at the edges of what they speak of. */
const ours = "11111111-1111-4111-8111-111111111111";
const theirs = "22222222-aaaa-4222-8222-222222222222";
const idOf = (subscription: string, name: string) =>
  `/subscriptions/${subscription}/resourcegroups/rg/providers/microsoft.network/privateendpoints/${name}`;

/** What facts of a field are made of, and what it is compared with besides. */
interface Stock {
  readonly values: readonly FactValue[];
  readonly others: readonly FactValue[];
}

const names: Stock = {
  values: ["a", "ab", "pe-a", "PE-A", "strasse"],
  others: ["a*", "*b", "*", "pe-*", "straße", "", null],
};
const counts: Stock = { values: [0, 1, 2, 5, 99, 100], others: [-1, 2.5, "1", "05", 101, "fifty", true] };
const lists: Stock = { values: [["a"], ["a", "b"], ["A", "pe-a"]], others: ["a", "b", "pe-*"] };
const stocks: Partial<Readonly<Record<FieldName, Stock>>> = {
  "connection.state": { values: ["Pending"], others: ["Approved", "pending", "P*"] },
  "connection.groupId": { values: ["Gateway"], others: ["gateway", "G*", "other"] },
  "endpoint.id": {
    values: [idOf(ours, "a"), idOf(theirs, "ab")],
    others: ["/subscriptions/*", "/*", `/subscriptions/${ours}/*`],
  },
  "endpoint.subscriptionId": {
    values: [ours, theirs],
    others: ["*", "*-*", "1*", "????????-*", ours.toUpperCase(), "x"],
  },
  "endpoint.name": names,
  "endpoint.location": { values: ["westeurope", "eastus"], others: ["West Europe", "west*", "eu"] },
  "endpoint.manual": { values: [true, false], others: ["true", "FALSE", "yes", 1] },
  "endpoint.tags": { values: [{ owner: "a" }, { OWNER: "b", cost: "1" }], others: ["owner", "a"] },
  "requester.managementGroups": lists,
  "endpoint.privateAddresses": lists,
  "requester.tenant": { values: ["ours", "foreign"], others: ["Ours", "f*", "o", "else"] },
  "service.sku": { values: ["Premium", "Developer"], others: ["premium", "Prem*", "else"] },
  "counts.approved": counts,
  "counts.headroom": counts,
  "counts.fromManagementGroup": { values: [{ partners: 1 }, { partners: 0, corp: 2 }], others: ["partners"] },
  "time.now": {
    values: ["2026-01-01T00:00:00.000Z", "2026-06-01T12:00:00.000Z"],
    others: ["2026-01-01", "2026-03-01T00:00:00Z", "2026-*", "later"],
  },
};
const stocked = Object.entries(stocks) as [FieldName, Stock][];

/** Every field that has a stock: as it is, a key of it, or each of its members. */
const places: readonly (readonly [string, Stock])[] = [
  ...stocked,
  ["endpoint.tags.owner", names],
  ["counts.fromManagementGroup.partners", counts],
  ["requester.managementGroups[*]", names],
  ["endpoint.privateAddresses[*]", names],
];

const expressions: readonly (readonly [string, Stock])[] = [
  ["[length(field('endpoint.name'))]", counts],
  ["[indexOf(field('endpoint.name'), 'a')]", counts],
  ["[startsWith(field('endpoint.name'), 'pe')]", { values: [true, false], others: ["true", "yes"] }],
  ["[not(contains(field('endpoint.name'), 'a'))]", { values: [true, false], others: [1] }],
  ["[equals(field('requester.tenant'), 'ours')]", { values: [true, false], others: [] }],
  [
    "[or(equals(field('requester.tenant'), 'ours'), equals(field('requester.tenant'), 'foreign'))]",
    { values: [true, false], others: [] },
  ],
  ["[if(equals(field('requester.tenant'), 'ours'), 'a', 'ab')]", names],
  ["[greater(length(field('endpoint.name')), 0)]", { values: [true, false], others: [] }],
  ["[field('endpoint.name')]", names],
  ["[toLower(field('endpoint.name'))]", names],
  ["[concat('pe-', field('endpoint.name'))]", names],
  ["[field('requester.tenant')]", { values: ["ours", "foreign"], others: ["Ours", ""] }],
];

const scalarOperators = ["equals", "notEquals", "contains", "notContains"];
const textOperators = ["like", "notLike", "match", "notMatch", "matchInsensitively", "containsKey"];
const orders = ["less", "lessOrEquals", "greater", "greaterOrEquals"];

function comparisonWith({ values, others }: Stock): fc.Arbitrary<Record<string, FactValue>> {
  const scalars = [...values, ...others].filter((each) => each === null || typeof each !== "object");
  const right = fc.constantFrom<FactValue>(...(scalars.length === 0 ? ["a"] : scalars));
  const texts = right.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  const ordered = right.map((each) =>
    typeof each === "number" ? each : JSON.stringify(each).replaceAll('"', ""),
  );
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...scalarOperators), right) },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...textOperators), texts) },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom("in", "notIn"), fc.array(right, { maxLength: 3 })) },
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...orders), ordered) },
      { weight: 1, arbitrary: fc.tuple(fc.constant("exists"), fc.constantFrom<FactValue>(true, false)) },
    )
    .map(([operator, operand]) => ({ [operator]: operand }));
}

/** Several comparisons of the same thing, which is what can contradict or follow. */
function comparisonsOf(left: object, stock: Stock): fc.Arbitrary<ConditionJson[]> {
  return fc
    .array(comparisonWith(stock), { minLength: 1, maxLength: 3 })
    .map((list) => list.map((each) => ({ ...left, ...each }) as ConditionJson));
}

const ofOneThing: fc.Arbitrary<ConditionJson[]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...places).chain(([field, stock]) => comparisonsOf({ field }, stock)),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...expressions).chain(([value, stock]) => comparisonsOf({ value }, stock)),
  },
  {
    weight: 1,
    arbitrary: comparisonWith(names).chain((where) => {
      const field = "requester.managementGroups[*]";
      const numbers = fc.tuple(
        fc.constantFrom("equals", "notEquals", ...orders),
        fc.constantFrom(-1, 0, 1, 2),
      );
      return fc.array(numbers, { minLength: 1, maxLength: 2 }).map((list) =>
        list.map(([operator, right]) => ({
          count: { field, where: { field, ...where } },
          [operator]: right,
        })),
      );
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("equals", "notEquals", "less", "greaterOrEquals")
      .map((operator) => [{ field: "endpoint.name", [operator]: "[field('endpoint.name')]" }]),
  },
);

const together = fc
  .tuple(fc.constantFrom("allOf", "anyOf"), ofOneThing, fc.boolean())
  .map(([kind, list, negated]) => {
    const condition = { [kind]: list } as unknown as ConditionJson;
    return negated ? { not: condition } : condition;
  });

export const edgedCondition: fc.Arbitrary<ConditionJson> = fc.oneof(
  { weight: 4, arbitrary: together },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("allOf", "anyOf"), fc.array(together, { minLength: 2, maxLength: 3 }))
      .map(([kind, list]) => ({ [kind]: list }) as unknown as ConditionJson),
  },
);

const unread: readonly Fact[] = [unknown("throttled")];

function factsFrom(factOf: (name: FieldName) => fc.Arbitrary<Fact>): fc.Arbitrary<FactsByName> {
  const read = stocked.map(([name]) => [name, factOf(name)] as const);
  return fc.record(Object.fromEntries(read));
}

const valueOf = (name: FieldName) =>
  fc.constantFrom(...(stocks[name]?.values ?? [])).map((each) => known(each));

/** Facts as Azure documents them: there, and of the values that it names. */
export const documentedFacts = factsFrom((name) =>
  fc.oneof({ weight: 8, arbitrary: valueOf(name) }, { weight: 1, arbitrary: fc.constantFrom(...unread) }),
);

/** Any text where a text is expected, which Azure may name tomorrow, and missing facts. */
export const anyFacts = factsFrom((name) => {
  const type = fields.find((field) => field.name === name)?.type;
  const isOpen = (type === "string" && name !== "requester.tenant") || type === "location";
  const surprising = isOpen
    ? fc.constantFrom("", "x", "Approved", "Other", "80", "a").map((each) => known(each))
    : valueOf(name);
  const empty = type === "strings" ? fc.constant(known([])) : surprising;
  return fc.oneof(
    { weight: 5, arbitrary: valueOf(name) },
    { weight: 1, arbitrary: empty },
    { weight: 1, arbitrary: fc.constant(absent) },
    { weight: 1, arbitrary: fc.constantFrom(...unread) },
  );
});
