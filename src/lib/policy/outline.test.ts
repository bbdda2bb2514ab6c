import { describe, expect, it } from "vitest";
import type { FactValue } from "./values/fact.ts";
import { changesBetween } from "./outline-changes.ts";
import { outlineOf } from "./outline.ts";

const policy = (rules: string, rest = "") => `name: p\ndescription: words\n${rest}rules:\n${rules}`;
const outline = (text: string, values: Readonly<Record<string, FactValue>> = {}) =>
  outlineOf([{ file: "p.yaml", text }], new Map(Object.entries(values)));
const rule = (name: string, subnet: string, effect = "approve") =>
  `  - { name: ${name}, if: { field: endpoint.subnet.name, in: [${subnet}] }, then: { effect: ${effect} } }\n`;

describe("the difference of two policies", () => {
  it("is nothing where only words, order of files or comments differ", () => {
    const before = outline(policy(rule("a", "x")));
    expect(changesBetween(before, outline(`# new\n${policy(rule("a", "x"))}`))).toEqual([]);
    expect(changesBetween(before, outline(policy(rule("a", "x")).replace("words", "others")))).toEqual([]);
  });

  it("names what was added, removed, and what changed where, from what to what", () => {
    const before = outline(policy(rule("a", "x") + rule("b", "y"), "default: hold\n"));
    const after = outline(policy(rule("a", "x, z", "hold") + rule("c", "y"), "default: reject\n"), { n: 3 });
    expect(changesBetween(before, after)).toEqual([
      'default: "hold" became "reject"',
      'rule "a", if, in: ["x"] became ["x","z"]',
      'rule "a", then, effect: "approve" became "hold"',
      'rule "b" was removed',
      'rule "c" was added: {"name":"c","if":{"field":"endpoint.subnet.name","in":["y"]},"then":{"effect":"approve"}}',
      "value of n was added: 3",
    ]);
  });

  it("names the value of a parameter as the policy declares it, whatever an earlier version stored", () => {
    const text = policy(rule("a", "x"), "parameters: { landingZones: { type: Array } }\n");
    const after = outline(text, { landingzones: ["b"] });
    expect(Object.keys(after)).toContain("value of landingZones");
    const { "parameter landingZones": declared } = after;
    const stored = {
      ...outline(policy(rule("a", "x"))),
      "parameter landingZones": declared!,
      "value of landingzones": ["a"],
    };
    expect(changesBetween(stored, after)).toEqual(['value of landingZones[0]: "a" became "b"']);
    expect(changesBetween(after, after)).toEqual([]);
  });

  it("goes into lists of the same length, and cuts what nobody would read", () => {
    const long = "x".repeat(500);
    const [change = ""] = changesBetween(
      outline(policy(rule("a", "p, q"))),
      outline(policy(rule("a", `p, ${long}`))),
    );
    expect(change).toMatch(/^rule "a", if, in\[1\]: "q" became "x{119}…$/);
  });

  it("is not confused by names that are something to JavaScript", () => {
    const before = outline(policy(rule("a", "x")));
    const after = outline(policy(rule("a", "x") + rule("__proto__", "y") + rule("constructor", "y")));
    expect(changesBetween(before, after).map((each) => each.split(" was")[0])).toEqual([
      'rule "__proto__"',
      'rule "constructor"',
    ]);
  });
});
