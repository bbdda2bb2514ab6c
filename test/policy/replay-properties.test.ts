import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompiledPolicy } from "../../src/lib/policy/compile/compile.ts";
import { evaluate } from "../../src/lib/policy/evaluate/evaluate.ts";
import { printFacts, type FactSheet } from "../../src/lib/policy/evaluate/fact-sheet.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";
import { connectionCatalogue, fields, type FieldName } from "../../src/lib/policy/language/fields.ts";
import { known, unknown, type Fact, type FactValue } from "../../src/lib/policy/values/fact.ts";
import { load } from "../../src/lib/policy/load.ts";
import { formatProblem } from "../../src/lib/policy/source/problem.ts";
import { replayer, type Replayed } from "../../src/lib/replay/replay.ts";
import { count, emptyTally, merge, type Tally } from "../../src/lib/replay/tally.ts";
import { runs } from "../property-runs.ts";
import { factList, factsArbitrary } from "./fact-arbitraries.ts";
import { decisivePolicyArbitrary, policyArbitrary, ruleArbitrary } from "./policy-arbitraries.ts";
import { declarationsFor } from "./policy-member-arbitraries.ts";
import { noon } from "./policy-makers.ts";
import { referenceVerdict, type FactsByName, type PolicyJson } from "./policy-reference.ts";

function compiledOf(policy: PolicyJson): CompiledPolicy {
  const text = JSON.stringify({ ...policy, parameters: declarationsFor(policy.rules) });
  const loaded = load([{ file: "p.json", text }], connectionCatalogue, { enforcing: false });
  if (loaded.kind === "invalid") throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.compiled;
}

const samples: Readonly<Record<string, FactValue>> = {
  string: "x",
  location: "westeurope",
  number: 1,
  boolean: true,
  strings: [],
  locations: [],
  object: {},
  instant: new Date(noon).toISOString(),
  any: "x",
};

/** Facts as a review records them: each is known, or unknown with a reason. */
const recordedFacts = factsArbitrary.map((facts): FactsByName => {
  const complete = fields.map(({ name, type }): readonly [FieldName, Fact] => {
    const fact = facts[name] ?? known(samples[type]);
    const isUnread = name === "counts.fromVirtualNetwork" && fact.kind === "unknown";
    return [name, fact.kind === "absent" || isUnread ? unknown("forbidden") : fact];
  });
  return { ...Object.fromEntries(complete), "time.now": known(samples.instant) };
});

/** The line of an export for the policy's decision on these facts. */
function lineOf(policy: CompiledPolicy, facts: FactsByName, lacking: readonly string[] = []): string {
  const list = factList(facts);
  const sheet = printFacts(list, connectionCatalogue);
  return JSON.stringify({
    id: "service-000000000001",
    kind: "decision",
    at: new Date(noon).toISOString(),
    connection: "c",
    verdict: evaluate(policy, prepare(list, policy.layout, noon)),
    facts: { known: without(sheet.known, lacking), unknown: without(sheet.unknown, lacking) } as FactSheet,
  });
}

function without(part: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(Object.entries(part).filter(([name]) => !names.includes(name)));
}

/**
 * A policy that decides more often than it holds, since else few changes show, and the same with a rule removed, added,
 * or with another default.
 */
const changedPolicies = fc
  .tuple(
    decisivePolicyArbitrary,
    fc.nat(),
    ruleArbitrary(["approve", "hold", "reject"]),
    fc.constantFrom("drop", "add", "default"),
  )
  .map(([policy, index, rule, change]): readonly [PolicyJson, PolicyJson] => {
    const dropped = policy.rules[index % Math.max(1, policy.rules.length)]?.name;
    const rules =
      change === "drop"
        ? policy.rules.filter(({ name }) => name !== dropped)
        : change === "add"
          ? [...policy.rules, { ...rule, name: "added" }]
          : policy.rules;
    const exemptions = policy.exemptions?.filter((each) => rules.some(({ name }) => name === each.rule));
    return [
      policy,
      {
        ...policy,
        rules,
        ...(exemptions === undefined ? {} : { exemptions }),
        ...(change === "default" ? { default: policy.default === "reject" ? "hold" : "reject" } : {}),
      },
    ];
  });

const several = { minLength: 20, maxLength: 20 };
/** Each compiles two policies, and asks them about as many facts. */
const fewer = { ...runs, numRuns: Math.ceil(runs.numRuns / 8) };

describe("a replay", () => {
  it("of the same policy changes nothing", () => {
    fc.assert(
      fc.property(policyArbitrary, fc.array(recordedFacts, several), (policy, list) => {
        const compiled = compiledOf(policy);
        const replay = replayer(compiled);
        const found = list.map((facts) => replay(lineOf(compiled, facts)).kind);
        expect(new Set(found)).toEqual(new Set(["same"]));
      }),
      fewer,
    );
  });

  it("of another policy changes exactly the decisions on which the two differ", () => {
    let differing = 0;
    fc.assert(
      fc.property(changedPolicies, fc.array(recordedFacts, several), ([before, after], list) => {
        const recorded = compiledOf(before);
        const replay = replayer(compiledOf(after));
        for (const facts of list) {
          const [was, is] = [before, after].map((policy) => referenceVerdict(policy, facts, noon));
          const replayed = replay(lineOf(recorded, facts));
          differing += was?.kind === is?.kind ? 0 : 1;
          expect(replayed).toMatchObject(
            was?.kind === is?.kind ? { kind: "same" } : { kind: "otherwise", before: was, after: is },
          );
        }
      }),
      fewer,
    );
    expect(differing).toBeGreaterThan(20);
  });

  it("never guesses: where a record lacks facts, it says what the whole facts say, or that it cannot be replayed", () => {
    const lacking = fc.subarray(
      fields.map(({ name }) => name).filter((name) => name !== "time.now"),
      { minLength: 1 },
    );
    let [cannot, replayed] = [0, 0];
    fc.assert(
      fc.property(
        changedPolicies,
        fc.array(fc.tuple(recordedFacts, lacking), several),
        ([before, after], list) => {
          const recorded = compiledOf(before);
          const replay = replayer(compiledOf(after));
          for (const [facts, names] of list) {
            const found = replay(lineOf(recorded, facts, names));
            const isOfLack = names.some(
              (name) => found.kind === "cannot" && found.reason === `the record lacks ${name}`,
            );
            cannot += isOfLack ? 1 : 0;
            replayed += isOfLack ? 0 : 1;
            const whole = referenceVerdict(after, facts, noon).kind;
            expect(isOfLack ? whole : verdictIn(found, lineOf(recorded, facts))).toBe(whole);
          }
        },
      ),
      fewer,
    );
    expect(cannot).toBeGreaterThan(20);
    expect(replayed).toBeGreaterThan(20);
  });

  it("finds the same whatever the parts in which it is counted", () => {
    fc.assert(
      fc.property(
        changedPolicies,
        fc.array(recordedFacts, several),
        fc.nat(20),
        ([before, after], list, cut) => {
          const recorded = compiledOf(before);
          const replay = replayer(compiledOf(after));
          const found = list.map((facts) => replay(lineOf(recorded, facts)));
          const whole = counted(found);
          const parts = [counted(found.slice(cut)), counted(found.slice(0, cut))];
          const merged = emptyTally();
          for (const part of parts) merge(merged, part);
          expect(sorted(merged)).toEqual(sorted(whole));
        },
      ),
      fewer,
    );
  });
});

function verdictIn(found: Replayed, line: string): string {
  if (found.kind === "otherwise") return found.after.kind;
  if (found.kind !== "same") return found.kind;
  return (JSON.parse(line) as { verdict: { kind: string } }).verdict.kind;
}

function counted(all: readonly Replayed[]): Tally {
  const tally = emptyTally();
  for (const each of all) count(tally, each);
  return tally;
}

function sorted({ groups, cannot, ...counts }: Tally) {
  const byKey = <T>(map: ReadonlyMap<string, T>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...counts,
    cannot: byKey(cannot),
    groups: byKey(groups).map(([key, { facts, ...rest }]) => [key, rest, byKey(facts)]),
  };
}
