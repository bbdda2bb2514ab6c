import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, truthIn, verdictOf, type Given } from "./policy-makers.ts";
import { known, unknown } from "../../src/lib/policy/values/fact.ts";
import { openCatalogue } from "../../src/lib/policy/language/open-catalogue.ts";
import { load } from "../../src/lib/policy/load.ts";
import { evaluate } from "../../src/lib/policy/evaluate/evaluate.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";

const policyWith = (condition: string) =>
  `name: t\nrules: [{ name: r, if: ${condition}, then: { effect: reject } }]`;

const truthOf = (condition: string, given: Given = {}) => truthIn(policyWith(condition), given);

const prefixes = (...list: string[]): Given => ({ "endpoint.subnet.addressPrefixes": known(list) });

describe("three values", () => {
  const forbidden: Given = { "endpoint.location": unknown("forbidden") };
  it.each([
    ["not unknown is unknown", "{ not: { field: endpoint.location, equals: a } }", "unknown"],
    [
      "false decides allOf",
      "{ allOf: [{ field: endpoint.location, equals: a }, { field: endpoint.name, equals: a }] }",
      "false",
    ],
    [
      "unknown is left of allOf where nothing is false",
      "{ allOf: [{ field: endpoint.location, equals: a }, { field: endpoint.name, exists: false }] }",
      "unknown",
    ],
    [
      "true decides anyOf",
      "{ anyOf: [{ field: endpoint.location, equals: a }, { field: endpoint.name, exists: false }] }",
      "true",
    ],
    [
      "unknown is left of anyOf where nothing is true",
      "{ anyOf: [{ field: endpoint.location, equals: a }, { field: endpoint.name, exists: true }] }",
      "unknown",
    ],
    ["exists on unknown is unknown", "{ field: endpoint.location, exists: true }", "unknown"],
    ["notEquals on unknown is unknown", "{ field: endpoint.location, notEquals: a }", "unknown"],
    [
      "a computed right side that is unknown is unknown",
      "{ field: endpoint.name, equals: \"[field('endpoint.location')]\" }",
      "unknown",
    ],
    ["a function that fails is unknown", "{ value: \"[int(field('service.name'))]\", equals: 1 }", "unknown"],
  ])("%s", (_, condition, expected) => {
    expect(truthOf(condition, forbidden)).toBe(expected);
  });

  it("an order of what has none is unknown, and of what is missing false", () => {
    expect(truthOf("{ field: service.tags, less: a }", { "service.tags": known({}) })).toBe("unknown");
    expect(truthOf("{ field: service.tags, less: a }")).toBe("false");
  });

  it("keeps a tag that is absent apart from tags that are unknown", () => {
    const condition = "{ field: \"endpoint.tags['owner']\", exists: false }";
    expect(truthOf(condition, { "endpoint.tags": known({ Cost: "1" }) })).toBe("true");
    expect(truthOf(condition, { "endpoint.tags": known({ OWNER: "me" }) })).toBe("false");
    expect(truthOf(condition, { "endpoint.tags": unknown("forbidden") })).toBe("unknown");
  });
});

describe("field with [*]", () => {
  const every = '{ field: "endpoint.subnet.addressPrefixes[*]", equals: a }';
  it.each([
    ['["a","a"][*] = "a" is true', prefixes("a", "a"), "true"],
    ['["a","b"][*] = "a" is false', prefixes("a", "b"), "false"],
    ["an empty array satisfies nothing", prefixes(), "false"],
    ["a missing array satisfies nothing", {}, "false"],
    [
      "an unknown array is unknown",
      { "endpoint.subnet.addressPrefixes": unknown("forbidden") } satisfies Given,
      "unknown",
    ],
  ] as const)("%s", (_, given, expected) => {
    expect(truthOf(every, given)).toBe(expected);
  });

  it("does not become true by being empty under a negated operator either", () => {
    expect(truthOf('{ field: "endpoint.subnet.addressPrefixes[*]", notEquals: a }', prefixes())).toBe(
      "false",
    );
  });
});

describe("count", () => {
  const inCorp = `{ count: { field: "endpoint.subnet.addressPrefixes[*]",
    where: { value: "[ipRangeContains('10.20.0.0/14', current())]", equals: true } }, greater: 0 }`;
  it.each([
    ["counts the members that satisfy", prefixes("192.168.0.0/24", "10.21.4.0/24"), "true"],
    ["of an empty array is 0", prefixes(), "false"],
    ["of a missing array is 0", {}, "false"],
    [
      "of an unknown array is unknown",
      { "endpoint.subnet.addressPrefixes": unknown("throttled") } satisfies Given,
      "unknown",
    ],
    ["decides where what it cannot tell does not matter", prefixes("10.20.0.0/16", "nonsense"), "true"],
    ["is unknown where the interval straddles", prefixes("192.168.0.0/24", "nonsense"), "unknown"],
  ] as const)("%s", (_, given, expected) => {
    expect(truthOf(inCorp, given)).toBe(expected);
  });

  it.each([
    ["equals", 2, "unknown"],
    ["equals", 4, "false"],
    ["notEquals", 4, "true"],
    ["less", 4, "true"],
    ["less", 3, "unknown"],
    ["greaterOrEquals", 1, "true"],
    ["lessOrEquals", 0, "false"],
  ])("between 1 and 3, %s %d is %s", (operator, right, expected) => {
    const condition = inCorp.replace("greater: 0", `${operator}: ${right}`);
    expect(truthOf(condition, prefixes("10.20.0.0/16", "x", "y"))).toBe(expected);
  });

  it("without where is the length", () => {
    expect(
      truthOf('{ count: { field: "endpoint.subnet.addressPrefixes[*]" }, equals: 2 }', prefixes("a", "b")),
    ).toBe("true");
    expect(truthOf('{ count: { field: "endpoint.subnet.addressPrefixes[*]" }, equals: 0 }')).toBe("true");
  });

  it("goes through a value, by name, nested, the inner one seeing the outer", () => {
    const condition = `{ count: { value: [10.20.0.0/16, 10.30.0.0/16], name: corp, where: {
      count: { field: "endpoint.subnet.addressPrefixes[*]",
        where: { value: "[ipRangeContains(current('corp'), current('endpoint.subnet.addressPrefixes[*]'))]", equals: true } },
      greater: 0 } }, equals: 1 }`;
    expect(truthOf(condition, prefixes("10.20.1.0/24", "10.20.2.0/24"))).toBe("true");
    expect(truthOf(condition, prefixes("10.20.1.0/24", "10.30.2.0/24"))).toBe("false");
  });

  it("lets a field inside it stand for the current member", () => {
    const condition = `{ count: { field: "endpoint.subnet.addressPrefixes[*]",
      where: { field: "endpoint.subnet.addressPrefixes[*]", like: "10.*" } }, equals: 1 }`;
    expect(truthOf(condition, prefixes("10.0.0.0/8", "192.168.0.0/16"))).toBe("true");
  });

  it("over a value that is not a list is unknown", () => {
    expect(
      truthOf("{ count: { value: \"[field('service.name')]\" }, equals: 1 }", { "service.name": known("x") }),
    ).toBe("unknown");
  });
});

describe("an open catalogue", () => {
  const nsg = {
    name: "nsg-1",
    properties: {
      securityRules: [
        {
          name: "ssh",
          properties: { access: "Allow", direction: "Inbound", destinationPortRanges: ["22", "3389"] },
        },
        { name: "web", properties: { access: "Deny", direction: "Inbound", destinationPortRanges: ["80"] } },
        { name: "bare", properties: { access: "Allow", direction: "Inbound" } },
      ],
    },
  };
  const truth = (condition: string, document = nsg): string => {
    const loaded = load([{ file: "p", text: policyWith(condition) }], openCatalogue());
    if (loaded.kind === "invalid") return loaded.problems.map(({ message }) => message).join();
    const { kind, rule } = evaluate(loaded.compiled, prepare([known(document)], loaded.compiled.layout, 0));
    return kind === "reject" ? "true" : rule === undefined ? "false" : "unknown";
  };
  it("takes conditions over any JSON document", () => {
    expect(truth("{ field: name, equals: NSG-1 }")).toBe("true");
    expect(truth("{ field: properties.securitygroups, exists: false }")).toBe("true");
  });

  it("flattens nested [*]", () => {
    const ports = "properties.securityRules[*].properties.destinationPortRanges[*]";
    expect(truth(`{ field: "${ports}", in: ["22", "3389", "80"] }`)).toBe("true");
    expect(truth(`{ field: "${ports}", in: ["22", "80"] }`)).toBe("false");
    expect(truth(`{ count: { field: "${ports}" }, equals: 3 }`)).toBe("true");
  });

  it("counts members by several of their own properties", () => {
    const condition = `{ count: { field: "properties.securityRules[*]", where: { allOf: [
      { field: "properties.securityRules[*].properties.access", equals: allow },
      { count: { field: "properties.securityRules[*].properties.destinationPortRanges[*]",
          where: { value: "[current()]", equals: "22" } }, greater: 0 } ] } }, equals: 1 }`;
    expect(truth(condition)).toBe("true");
  });

  it("reads another member's property as null where it is missing", () => {
    const condition = `{ count: { field: "properties.securityRules[*]", where: {
      field: "properties.securityRules[*].properties.destinationPortRanges", exists: false } }, equals: 1 }`;
    expect(truth(condition)).toBe("true");
  });
});

describe("expressions", () => {
  it("fill parameters in, and prefer a value from outside to the default", () => {
    const text = `
name: p
parameters: { zones: { type: Array, defaultValue: [a] } }
rules:
  - name: r
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
`;
    const given: Given = { "endpoint.subscriptionId": known("b") };
    expect(verdictOf(policyOf(text), given).kind).toBe("hold");
    expect(verdictOf(policyOf(text, { Zones: ["b"] }), given).kind).toBe("approve");
  });

  it("take [[ for a literal bracket", () => {
    expect(
      truthOf("{ field: endpoint.subnet.name, equals: '[[x]' }", { "endpoint.subnet.name": known("[x]") }),
    ).toBe("true");
  });

  it("compare two fields", () => {
    const condition = "{ field: endpoint.location, equals: \"[field('service.location')]\" }";
    const given: Given = {
      "endpoint.location": known("westeurope"),
      "service.location": known("westeurope"),
    };
    expect(truthOf(condition, given)).toBe("true");
  });

  it("normalise locations on both sides", () => {
    const given: Given = { "endpoint.location": known("eastus2") };
    expect(truthOf("{ field: endpoint.location, in: [East US 2] }", given)).toBe("true");
    expect(truthOf("{ field: endpoint.location, equals: \"[concat('East US', ' 2')]\" }", given)).toBe(
      "true",
    );
  });

  it("know the time of the review", () => {
    expect(truthOf('{ value: "[utcNow()]", less: "2026-11-24T12:00:01Z" }')).toBe("true");
    expect(truthOf('{ value: "[addDays(utcNow(), -1)]", equals: "2026-11-23T12:00:00.0000000Z" }')).toBe(
      "true",
    );
  });

  it("need no argument that does not decide: if takes one branch, or and and stop at what decides", () => {
    const unread: Given = { "endpoint.location": unknown("forbidden"), "service.name": known("a") };
    const at = "equals(field('endpoint.location'), 'x')";
    expect(
      truthOf(`{ value: "[or(equals(field('service.name'), 'a'), ${at})]", equals: true }`, unread),
    ).toBe("true");
    expect(
      truthOf(`{ value: "[and(equals(field('service.name'), 'b'), ${at})]", equals: false }`, unread),
    ).toBe("true");
    expect(
      truthOf(
        `{ value: "[if(equals(field('service.name'), 'a'), 'yes', field('endpoint.location'))]", equals: "yes" }`,
        unread,
      ),
    ).toBe("true");
  });

  it("that fail whatever the facts are mistakes of the policy", () => {
    expect(problemsOf(policyWith("{ field: service.name, equals: \"[substring('abc', 5)]\" }"))).toEqual([
      expect.stringContaining("this expression always fails"),
    ]);
  });
});
