import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { problemsOf, verdictOf, type Given } from "./policy-makers.ts";
import { known, unknown } from "../../src/lib/policy/values/fact.ts";

const policyWith = (condition: string, effect = "reject") =>
  `name: t\nrules: [{ name: r, if: ${condition}, then: { effect: ${effect} } }]`;

function truthOf(condition: string, given: Given = {}): string {
  const verdict = verdictOf(policyWith(condition), given);
  if (verdict.kind === "reject") return "true";
  return verdict.rule === undefined ? "false" : "unknown";
}

/** Every deviation from Azure Policy, by the words of docs/policies/azure-policy.md. */
const deviations: Readonly<Record<string, () => void>> = {
  "a fact that could not be read makes a condition unknown": () => {
    expect(
      truthOf("{ field: endpoint.name, exists: false }", { "endpoint.name": unknown("forbidden") }),
    ).toBe("unknown");
  },
  "a function that fails makes a condition unknown": () => {
    expect(
      truthOf("{ value: \"[int(field('service.name'))]\", equals: 1 }", { "service.name": known("x") }),
    ).toBe("unknown");
  },
  "an order of values that have none is unknown": () => {
    expect(truthOf("{ field: endpoint.manual, less: a }", { "endpoint.manual": known(true) })).toBe(
      "unknown",
    );
  },
  "`[*]` over an empty or missing list is not satisfied": () => {
    const condition = '{ field: "endpoint.privateAddresses[*]", notEquals: a }';
    expect(truthOf(condition)).toBe("false");
    expect(truthOf(condition, { "endpoint.privateAddresses": known([]) })).toBe("false");
  },
  "an empty list makes no rule approve, under `not` and `count` too": () => {
    const verdict = (condition: string) =>
      verdictOf(policyWith(`{ allOf: [{ field: service.sku, equals: x }, ${condition}] }`, "approve"), {
        "service.sku": known("x"),
        "endpoint.privateAddresses": known([]),
      });
    const [each, bad] = [
      'field: "endpoint.privateAddresses[*]"',
      "where: { value: '[current()]', equals: b }",
    ];
    expect(verdict(`{ not: { ${each}, notEquals: a } }`).kind).toBe("hold");
    expect(verdict(`{ count: { ${each}, ${bad} }, equals: 0 }`).kind).toBe("hold");
  },
  "what does not decide `and`, `or` and `if` may be unknown": () => {
    const condition =
      "{ value: \"[or(equals(field('endpoint.name'), 'x'), equals(field('service.name'), 'a'))]\", equals: true }";
    expect(truthOf(condition, { "endpoint.name": unknown("failed"), "service.name": known("a") })).toBe(
      "true",
    );
  },
  "`like` takes more than one `*`": () => {
    expect(truthOf("{ field: service.name, like: 'a*c*e' }", { "service.name": known("abcde") })).toBe(
      "true",
    );
    expect(problemsOf(policyWith("{ field: service.name, like: 'a*c*e' }"))).toEqual([
      expect.stringContaining("warning"),
    ]);
  },
  "an empty `allOf` or `anyOf` is an error": () => {
    for (const condition of ["{ allOf: [] }", "{ anyOf: [] }"])
      expect(problemsOf(policyWith(condition))).toEqual([
        expect.stringContaining("needs a list of at least one condition"),
      ]);
  },
  "an absent field as the key of a member is unknown": () => {
    const condition = "{ value: \"[createObject('', 1)[field('service.name')]]\", equals: 1 }";
    expect(truthOf(condition)).toBe("unknown");
    expect(truthOf(condition, { "service.name": known("") })).toBe("true");
  },
  "an array on the right side of `equals` is an error": () => {
    expect(problemsOf(policyWith("{ field: service.name, equals: [a] }"))).toEqual([
      expect.stringContaining("not a list"),
    ]);
  },
  "unknown keys, fields, functions and parameters are errors": () => {
    for (const condition of [
      "{ field: service.nam, equals: a }",
      "{ field: service.name, equal: a }",
      "{ value: \"[lenth('a')]\", equals: 1 }",
      "{ value: \"[parameters('a')]\", equals: 1 }",
    ])
      expect(problemsOf(policyWith(condition))).toHaveLength(1);
  },
  "a count over a value that is no list is unknown": () => {
    const condition = "{ count: { value: \"[field('service.name')]\" }, equals: 0 }";
    expect(truthOf(condition, { "service.name": known("a") })).toBe("unknown");
  },
  "`utcNow` is the time of the review": () => {
    expect(truthOf('{ value: "[utcNow()]", equals: "2026-11-24T12:00:00.0000000Z" }')).toBe("true");
  },
  "the effect is no parameter": () => {
    expect(problemsOf(policyWith("{ value: 1, equals: 1 }", "\"[parameters('effect')]\""))).toEqual([
      expect.stringContaining("unknown effect"),
    ]);
  },
};

describe("a deviation from Azure Policy", () => {
  it.each(Object.entries(deviations))("%s", (_, check) => {
    expect.hasAssertions();
    check();
  });

  it("stands in docs/policies/azure-policy.md with its reason, each of them", () => {
    const document = readFileSync(new URL("../../docs/policies/azure-policy.md", import.meta.url), "utf8");
    const [, section = ""] = document.split("\n## Deviations\n");
    const [table = ""] = section.split("\n## ");
    const rows = [...table.matchAll(/^\| (.+?) +\| \S/gm)].map(([, name]) => name);
    expect(rows.slice(2)).toEqual(Object.keys(deviations));
  });
});
