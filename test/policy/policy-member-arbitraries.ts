import fc from "fast-check";
import type { FactValue } from "../../src/lib/policy/values/fact.ts";

/** What random policies take members of: keys that facts come near to, nulls, and lists in objects. */
export const parameters: Readonly<Record<string, FactValue>> = {
  map: { a: "b", B: { x: "ab", none: null, list: ["a", "b"] }, STRASSE: "80", true: 5, "": "a" },
  people: [{ name: "a", at: ["b"] }, { name: "AB", at: [] }, { at: ["a"] }],
};

/** The declarations of those that rules name: reading a policy's text is what most of a property's time goes to. */
export function declarationsFor(rules: unknown): Record<string, { type: string; defaultValue: FactValue }> {
  const text = JSON.stringify(rules);
  const named = Object.entries(parameters).filter(([name]) => text.includes(`parameters('${name}')`));
  return Object.fromEntries(
    named.map(([name, value]) => [
      name,
      { type: Array.isArray(value) ? "Array" : "Object", defaultValue: value },
    ]),
  );
}

const place = fc.integer({ min: -1, max: 9 });
const key = fc.constantFrom(
  "service.name",
  "endpoint.subscriptionId",
  "endpoint.tags.owner",
  "counts.approved",
);
const step = fc.oneof(
  place.map((index) => `[${index}]`),
  fc.constantFrom(".x", ".none", "['x']", ".list", ".list[1]", ".LIST[0]", "['none']"),
);
const tags = fc.constantFrom(".owner", "['cost']", "['A']", "['absent']");

/** Expressions that take members by place, by name and by what the facts say; many of which are not there. */
export const memberExpressions: fc.Arbitrary<string> = fc.oneof(
  place.map((index) => `[split(field('endpoint.id'), '/')[${index}]]`),
  place.map((index) => `[split(concat(field('endpoint.id'), '//'), '/')[${index}]]`),
  place.map((index) => `[field('requester.managementGroups')[${index}]]`),
  key.map((field) => `[parameters('map')[field('${field}')]]`),
  fc.tuple(key, step).map(([field, then]) => `[parameters('map')[field('${field}')]${then}]`),
  tags.map((tag) => `[parameters('map')[field('endpoint.tags')${tag}]]`),
  tags.map((tag) => `[field('endpoint.tags')${tag}]`),
  key.map((field) => `[field('endpoint.tags')[field('${field}')]]`),
  fc.constantFrom(
    "[parameters('map').b.x]",
    "[parameters('map')['b'].none]",
    "[parameters('map').B.list[1]]",
  ),
);

/** The same of the element that a count goes through. */
export const ofCurrentPrefix = place.map((index) => `[split(current(), '.')[${index}]]`);
export const ofCurrentPerson = fc.constantFrom(
  "[current('x').name]",
  "[current('x')['NAME']]",
  "[current('x').at[0]]",
  "[current('x').at]",
);
