import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const holding = (expression: string) =>
  `name: p\nparameters: { zone: { type: String, defaultValue: West Europe } }\nrules: [{ name: r, if: { value: "[${expression}]", equals: true }, then: { effect: hold } }]`;

/** Functions mind case and convert nothing: each of these is never so, and a reject rule of it never rejected. */
describe("what a function is asked and is never so", () => {
  it.each([
    ["capitals where all is lower case", "equals(field('requester.tenant'), 'Foreign')", "write 'foreign'"],
    ["on the left", "equals('Foreign', field('requester.tenant'))", "write 'foreign'"],
    [
      "a part of an id in Azure's spelling",
      "contains(field('endpoint.subnet.id'), '/virtualNetworks/bad/')",
      "write '/virtualnetworks/bad/'",
    ],
    ["a segment", "equals(split(field('endpoint.subnet.id'), '/')[8], 'Hub')", "write 'hub'"],
    [
      "a list that the author wrote",
      "contains(createArray('Hub', 'spoke'), field('endpoint.virtualNetwork.name'))",
      "write 'hub'",
    ],
    [
      "a region as the portal writes it",
      "equals(field('endpoint.location'), 'West Europe')",
      "write 'westeurope'",
    ],
    ["a region of a parameter", "contains(field('service.locations'), parameters('zone'))", "never matches"],
    ["a tenant's id", `equals(field('requester.tenant'), '${subscription}')`, "use one of 'ours', 'foreign'"],
    ["Azure's own capitals", "equals(field('service.sku'), 'premium')", "Azure writes 'Premium'"],
    ["a list as text", "equals(field('requester.managementGroups'), 'sandbox')", "use contains()"],
    ["a number as text", "equals(field('counts.approved'), '50')", "write 50"],
    ["a truth value as text", "equals(field('endpoint.manual'), 'True')", "write true()"],
    ["inside of another function", "not(equals(field('requester.tenant'), 'Ours'))", "write 'ours'"],
    [
      "an order of a number and text",
      "greater(field('counts.approved'), 'fifty')",
      "cannot be ordered with 'fifty'",
    ],
    // As text it is before it for as long as years begin with 2: a guard that never ends.
    ["an instant and other text", "less(utcNow(), '5 Dec 2026')", "write an instant such as"],
    ["the time and other text", "greater('31.12.2026', field('time.now'))", "write an instant such as"],
    ["a day from now and other text", "less(addDays(utcNow(), 1), 'soon')", "write an instant such as"],
  ])("%s is refused", (_, expression, message) => {
    expect(problemsOf(holding(expression))).toEqual([expect.stringContaining(message)]);
    expect(problemsOf(holding(expression), false)).toEqual([expect.stringContaining(": warning: ")]);
  });

  it.each([
    "equals(field('requester.tenant'), 'foreign')",
    "contains(field('endpoint.id'), '/resourceGroups/rg-a/')",
    "equals(toUpper(field('endpoint.subnet.name')), 'DMZ')",
    "equals(field('endpoint.tags.Owner'), 'Contoso')",
    "contains(field('requester.managementGroups'), 'Corp')",
    "startsWith(field('endpoint.subnet.id'), '/subscriptions/AAAA')",
    "equals(field('service.sku'), 'PremiumV3')",
    "equals(field('endpoint.subnet.name'), '')",
    "less(utcNow(), '2026-12-01')",
    "less(field('endpoint.tags.level'), 'm')",
  ])("%s is let be", (expression) => {
    expect(problemsOf(holding(expression))).toEqual([]);
  });
});
