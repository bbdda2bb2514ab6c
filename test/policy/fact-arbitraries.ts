import fc from "fast-check";
import { known, unknown, type Fact, type FactValue } from "../../src/lib/policy/values/fact.ts";
import { unknownReasons } from "../../src/lib/policy/values/unknown-reason.ts";
import {
  connectionCatalogue,
  fields,
  type FieldName,
  type FieldType,
} from "../../src/lib/policy/language/fields.ts";
import type { FactsByName } from "./policy-reference.ts";

/**
 * Random facts over a small stock of values, so that conditions meet their facts often enough for every
 * branch to be taken.
 */
export const texts = fc.constantFrom(
  "a",
  "A",
  "b",
  "ab",
  "",
  "80",
  "8.0",
  "true",
  "STRASSE",
  "straße",
  "West Europe",
  "2026-01-01T00:00:00Z",
  "2026-06-01T00:00:00Z",
);
export const scalars: fc.Arbitrary<FactValue> = fc.oneof(texts, fc.constantFrom(0, 5, 80, true, false, null));
const prefixes = fc.constantFrom(
  "10.20.0.0/16",
  "10.0.0.0/8",
  "192.168.1.0/24",
  "10.20.4.4",
  "nonsense",
  "a",
  "b",
);
export const groups = fc.constantFrom("corp", "Sandbox", "partners", "a");
export const endpointId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe";

export const virtualNetworkId =
  "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v";
export const subscriptionIds = [
  "1a2b3c4d-1111-4111-8111-111111111111",
  "1A2B3C4D-1111-4111-8111-111111111111",
  "22222222-2222-4222-8222-222222222222",
] as const;

function valueOf(type: FieldType, name: FieldName): fc.Arbitrary<FactValue> {
  if (name === "service.name") return fc.oneof(texts, prefixes);
  if (name === "endpoint.id") return fc.constantFrom(endpointId, endpointId.toUpperCase(), `${endpointId}-2`);
  if (name === "connection.state") return fc.constantFrom("Pending", "Approved");
  if (name === "requester.managementGroups") return fc.array(groups, { maxLength: 3 });
  if (name === "endpoint.subscriptionId") return fc.oneof(texts, fc.constantFrom(...subscriptionIds));
  if (name === "endpoint.virtualNetwork.id")
    return fc.constantFrom(virtualNetworkId, virtualNetworkId.toUpperCase(), `${virtualNetworkId}-2`);
  if (name === "endpoint.resourceGroup") return fc.constantFrom("g", "G", "h");
  if (name === "counts.fromSubscriptionTag")
    return fc.constantFrom<FactValue>({ owner: 1 }, { OWNER: 2, a: 1 }, {});
  if (name === "counts.fromManagementGroup")
    return fc.constantFrom<FactValue>({ partners: 1 }, { PARTNERS: 2, corp: 1 }, {});
  switch (type) {
    case "number":
      return fc.integer({ min: 0, max: 6 });
    case "boolean":
      return fc.boolean();
    case "strings":
    case "locations":
      return fc.array(prefixes, { maxLength: 3 });
    case "object":
      return fc.dictionary(fc.constantFrom("owner", "OWNER", "cost", "a"), texts, {
        maxKeys: 2,
        noNullPrototype: true,
      });
    case "location":
      return fc.constantFrom("westeurope", "eastus", "a");
    case "string":
    case "instant":
    case "any":
      return texts;
  }
}

/** The fields that random conditions name, and what can be asked of each. */
export const asked: readonly FieldName[] = [
  "endpoint.subscriptionId",
  "endpoint.name",
  "endpoint.location",
  "endpoint.manual",
  "service.name",
  "counts.approved",
  "requester.managementGroups",
  "endpoint.tags",
];

/** All that a verdict on them can hang on. */
const decisive: readonly FieldName[] = [
  ...asked,
  "endpoint.subnet.addressPrefixes",
  "endpoint.id",
  "connection.state",
  "endpoint.virtualNetwork.id",
  "endpoint.resourceGroup",
  "requester.subscriptionTags",
  "counts.fromSubscription",
  "counts.fromVirtualNetwork",
  "counts.fromManagementGroup",
  "counts.fromSubscriptionTag",
];

const reasons = fc.constantFrom(...unknownReasons);

function factOf(name: FieldName): fc.Arbitrary<Fact> {
  return fc.oneof(
    { weight: 5, arbitrary: settledFact(name) },
    { weight: 1, arbitrary: reasons.map(unknown) },
  );
}

function settledFact(name: FieldName): fc.Arbitrary<Fact> {
  const type = fields.find((field) => field.name === name)?.type ?? "any";
  const value = valueOf(type, name).map((each) => known(each));
  return fc.oneof(
    { weight: 5, arbitrary: value },
    { weight: 1, arbitrary: fc.constant<Fact>({ kind: "absent" }) },
  );
}

/** Facts that nothing asks about matter only to a default of reject, by being known or not. */
const others = fields.map(({ name }) => name).filter((name) => !decisive.includes(name));
const another = fc.option(fc.constantFrom(...others), { nil: undefined, freq: 2 });

export const factsArbitrary: fc.Arbitrary<FactsByName> = fc
  .tuple(fc.record(Object.fromEntries(decisive.map((name) => [name, factOf(name)]))), another)
  .map(([facts, other]) => (other === undefined ? facts : { ...facts, [other]: unknown("throttled") }));

/** A value for each unknown fact: what it might turn out to be. */
export function settled(facts: FactsByName): fc.Arbitrary<FactsByName> {
  const unread = fields.map(({ name }) => name).filter((name) => facts[name]?.kind === "unknown");
  return fc
    .record(Object.fromEntries(unread.map((name) => [name, settledFact(name)])))
    .map((found) => ({ ...facts, ...found }));
}

export function factList(facts: FactsByName): Fact[] {
  return connectionCatalogue.fields.map(({ name }) => facts[name as FieldName] ?? { kind: "absent" });
}
