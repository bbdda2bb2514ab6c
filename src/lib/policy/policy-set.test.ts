import { describe, expect, it } from "vitest";
import { connectionCatalogue } from "./language/fields.ts";
import { load } from "./load.ts";
import { formatProblem } from "./source/problem.ts";
import type { FactValue } from "./values/fact.ts";

describe("several files", () => {
  const file = (name: string, text: string) => ({ file: name, text });
  const approving = (name: string, more = "") =>
    `name: ${name}\nrules: [{ name: "${name}", if: { field: requester.tenant, equals: ours }, then: { effect: approve } }]\n${more}`;
  const problems = (...texts: string[]) => problemsGiven({}, ...texts);
  const problemsGiven = (values: Readonly<Record<string, FactValue>>, ...texts: string[]) => {
    const loaded = load(
      texts.map((text, index) => file(`${index}.yaml`, text)),
      connectionCatalogue,
      { values: new Map(Object.entries(values)) },
    );
    return loaded.kind === "invalid" ? loaded.problems.map(formatProblem) : [];
  };

  it("make one set: rules and limits add up", () => {
    const [a, b] = [
      approving("a", "limits: [{ name: la, max: 1 }]"),
      approving("b", "limits: [{ name: lb, max: 2 }]\ndefault: reject"),
    ];
    const loaded = load([file("a", a), file("b", b)], connectionCatalogue);
    expect(loaded).toMatchObject({
      kind: "valid",
      compiled: { policy: { name: "a + b", default: "reject" } },
    });
    expect(loaded.kind === "valid" && loaded.compiled.policy.limits.map(({ name }) => name)).toEqual([
      "la",
      "lb",
    ]);
  });

  it("must have names of their own", () => {
    expect(problems(approving("a"), approving("a"))).toEqual([
      '1.yaml:2:9: two rules are named "a" (the other is at 0.yaml:2); names must be unique',
    ]);
  });

  it("set default and revoke once", () => {
    expect(problems(approving("a", "default: hold"), approving("b", "default: hold"))).toEqual([
      "1.yaml:1:1: 0.yaml already sets default; only one file of a policy set may set it",
    ]);
    expect(problems(approving("a", "revoke: never"), approving("b", "revoke: rejected"))).toEqual([
      "1.yaml:1:1: 0.yaml already sets revoke; only one file of a policy set may set it",
    ]);
  });

  it("are said to declare a parameter once, however many declare it and in whichever case", () => {
    const declaring = (name: string, parameter: string) =>
      approving(name, `parameters: { ${parameter}: { type: Integer, defaultValue: 1 } }`);
    const texts = [
      declaring("a", "Max"),
      declaring("b", "max"),
      declaring("c", "max"),
      declaring("d", "least"),
    ];
    expect(problemsGiven({ zones: 1 }, ...texts)).toEqual([
      expect.stringMatching(/which no policy file declares; expected one of max, least$/),
    ]);
  });

  it("exempt from rules that are there and decide", () => {
    const endpoint = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe";
    const exempting = (of: string) =>
      approving(
        "a",
        `exemptions: [{ name: e, rule: ${of}, endpoint: ${endpoint}, owner: o, ticket: t, expiresOn: 2027-01-01 }]`,
      );
    expect(problems(exempting("a"))).toEqual([]);
    expect(problems(exempting("ab"))).toEqual([
      expect.stringContaining('unknown rule "ab"; did you mean "a"?'),
    ]);
    expect(problems(exempting("a").replace("effect: approve", "effect: alert"))).toEqual([
      expect.stringContaining("only alerts"),
    ]);
  });
});
