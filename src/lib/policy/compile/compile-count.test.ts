import { describe, expect, it } from "vitest";
import { conditionOf, factsOf, noon } from "../../../../test/policy/policy-makers.ts";
import { envWithoutFacts, Failed, Layout, prepare, Unknown, type Env } from "../language/env.ts";
import type { FieldReference } from "../language/fields.ts";
import type { Formula } from "../language/formula.ts";
import { openCatalogue } from "../language/open-catalogue.ts";
import { testOf, type OperatorName } from "../language/operators.ts";
import type { Comparison, Count, CountedList, Operand } from "../language/policy.ts";
import { neverSatisfied, vacuityOf, type Vacuity } from "../language/vacuity.ts";
import { known, type FactValue } from "../values/fact.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { compileCount, compileInterval, countedMembers, type CompileWhere } from "./compile-count.ts";

/** With a stack of current members of its own. */
const newEnv = (): Env => ({ ...envWithoutFacts, current: [] });
const unreadable = new Unknown("forbidden");
const formulaOf = (value: FactValue | Unknown, constant = false): Formula => ({
  compute: () => value,
  references: [],
  constant,
  trust: { kind: "constant" },
});
const computed = (value: FactValue | Unknown): Operand => ({
  kind: "computed",
  formula: formulaOf(value),
  text: "[value]",
});
const constant = (value: FactValue): Operand => ({ kind: "constant", value });

/** A `where` that each member of a list answers itself. */
const asTheMember: CompileWhere =
  () =>
  ({ current }) =>
    current.at(-1) as Truth;
const where = conditionOf("{ field: endpoint.name, equals: a }");
const lengthOf = (members: FactValue | Unknown): Count => ({
  kind: "count",
  over: { kind: "value", formula: formulaOf(members) },
});
const countOver = (members: FactValue | Unknown): Count => ({ ...lengthOf(members), where });
const truthOf = (members: FactValue | Unknown, operator: OperatorName, operand: Operand) =>
  compileCount(countOver(members), { operator, operand }, asTheMember, neverSatisfied)(newEnv());

const truths: readonly Truth[] = [FALSE, UNKNOWN, TRUE];
const upTo = (length: number): Truth[][] =>
  length === 0
    ? [[]]
    : upTo(length - 1).flatMap((list) => [list, ...truths.map((truth) => [...list, truth])]);
/** Every list of up to three truths. */
const lists = [...new Map(upTo(3).map((list) => [list.join(""), list])).values()];

/** The truth that all possible counts have, or unknown. */
function truthOfAll(members: readonly Truth[], operator: OperatorName, right: FactValue): Truth {
  const certain = members.filter((truth) => truth === TRUE).length;
  const open = members.filter((truth) => truth === UNKNOWN).length;
  const possible = Array.from({ length: open + 1 }, (_, more) => testOf(operator, right)(certain + more));
  return possible.every((truth) => truth === possible[0]) ? (possible[0] ?? UNKNOWN) : UNKNOWN;
}

describe("a count of members has the truth of each count that is possible", () => {
  const operators: OperatorName[] = [
    "equals",
    "notEquals",
    "less",
    "lessOrEquals",
    "greater",
    "greaterOrEquals",
  ];

  it.each(operators)("%s", (operator) => {
    for (const right of [0, 1, 2, 3, 4, 1.5, "2", "a"]) {
      const expected = lists.map((members) => [members, right, truthOfAll(members, operator, right)]);
      const asConstant = lists.map((members) => [
        members,
        right,
        truthOf(members, operator, constant(right)),
      ]);
      expect(asConstant).toEqual(expected);
      const asComputed = lists.map((members) => [
        members,
        right,
        truthOf(members, operator, computed(right)),
      ]);
      expect(asComputed).toEqual(expected);
    }
  });
});

describe("a count is unknown", () => {
  it("if its list is", () => {
    expect(truthOf(unreadable, "equals", constant(0))).toBe(UNKNOWN);
  });

  it("if the number that it is compared with is", () => {
    expect(truthOf([TRUE], "equals", computed(unreadable))).toBe(UNKNOWN);
    expect(truthOf([TRUE], "notEquals", computed(unreadable))).toBe(UNKNOWN);
  });

  it("if what it is compared with cannot be compared", () => {
    expect(truthOf([TRUE], "less", computed(null))).toBe(UNKNOWN);
  });
});

it("an interval counts the members that satisfy `where`, and those that may", () => {
  const env = newEnv();
  const interval = compileInterval(countOver([TRUE, UNKNOWN, FALSE, TRUE]), asTheMember, neverSatisfied);
  expect(interval(env)).toEqual({ min: 2, max: 3, size: 4 });
  // The next count begins with no current member.
  expect(env.current).toEqual([]);
  const all = compileInterval(lengthOf([FALSE, FALSE]), asTheMember, neverSatisfied);
  expect(all(env)).toEqual({ min: 2, max: 2, size: 2 });
});

describe("the `where` of a count is compiled", () => {
  const members = conditionOf('{ field: "endpoint.privateAddresses[*]", equals: a }');
  const approving = vacuityOf("approve");

  /** The truths that empty lists inside `where` have, each time that it is compiled. */
  function compiledWith(operator: OperatorName, count: Count, vacuity: Vacuity): Truth[] {
    const seen: Truth[] = [];
    const compile: CompileWhere = (_, inner) => {
      seen.push(inner.truth);
      return () => TRUE;
    };
    compileCount(count, { operator, operand: constant(1) }, compile, vacuity);
    return seen;
  }
  const counted = countOver([]);
  const nested: Count = { ...counted, where: members };

  it.each<[what: string, operator: OperatorName, count: Count, vacuity: Vacuity, seen: Truth[]]>([
    ["once where it asks no list", "equals", counted, approving, [FALSE]],
    [
      "with both truths of an empty list, for equality in an approve rule",
      "equals",
      nested,
      approving,
      [FALSE, TRUE],
    ],
    ["with both, under a not", "notEquals", nested, approving.opposite, [TRUE, FALSE]],
    ["once for equality in another rule", "equals", nested, neverSatisfied, [FALSE]],
    ["once for a count that must be large", "greater", nested, approving, [FALSE]],
    ["once for a count that must be small, as under a not", "less", nested, approving, [TRUE]],
    ["once for a count that must be at most", "lessOrEquals", nested, approving, [TRUE]],
  ])("%s", (...[, operator, count, vacuity, seen]) => {
    expect(compiledWith(operator, count, vacuity)).toEqual(seen);
  });
});

it("equality in an approve rule has the safer of the truths for both truths of an empty list inside `where`", () => {
  const ofEmptyList: CompileWhere = (_, inner) => () => inner.truth;
  const approving = vacuityOf("approve");
  const members = conditionOf('{ field: "endpoint.privateAddresses[*]", equals: a }');
  const truthIn = (vacuity: Vacuity, right: number) =>
    compileCount(
      { ...countOver(["one"]), where: members },
      { operator: "equals", operand: constant(right) },
      ofEmptyList,
      vacuity,
    )(newEnv());
  expect([0, 1, 2].map((right) => truthIn(approving, right))).toEqual([FALSE, FALSE, FALSE]);
  expect([0, 1, 2].map((right) => truthIn(approving.opposite, right))).toEqual([TRUE, TRUE, FALSE]);
  expect([0, 1, 2].map((right) => truthIn(neverSatisfied, right))).toEqual([TRUE, FALSE, FALSE]);
});

describe("the members of a counted list are", () => {
  const document = { list: [{ name: "a" }, {}, { name: null }, { name: "b" }], name: "c" };
  const referenceTo = (path: string) => openCatalogue().resolve(path) as FieldReference;
  const env: Env = { ...prepare([known(document)], new Layout(), noon), current: [document] };
  const ofField = (path: string): CountedList => ({ kind: "field", reference: referenceTo(path) });
  const ofElement = (path: string): CountedList => {
    const reference = referenceTo(path);
    return { kind: "element", reference, depth: 0, steps: reference.steps };
  };
  const ofValue = (value: FactValue | Unknown): CountedList => ({ kind: "value", formula: formulaOf(value) });

  it.each<[what: string, over: CountedList, members: unknown]>([
    ["null where a field's are missing", ofField("list[*].name"), ["a", null, null, "b"]],
    ["null where an element's are missing", ofElement("list[*].name"), ["a", null, null, "b"]],
    ["none of a missing field", ofField("missing[*].name"), []],
    ["none of a missing list in an element", ofElement("missing[*]"), []],
    ["those of an expression", ofValue(["a", null]), ["a", null]],
    ["none of an expression that is null", ofValue(null), []],
    ["unknown where an expression is", ofValue(unreadable), unreadable],
    ["unknown where an expression is no list", ofValue("a"), new Failed("count", ["a"], '"a" is not a list')],
  ])("%s", (_, over, members) => {
    expect(countedMembers(over)(env)).toEqual(members);
  });

  it("unknown where a field is", () => {
    const [unread] = [{ kind: "unknown", reason: "forbidden" } as const];
    const found = countedMembers(ofField("list[*]"))(prepare([unread], new Layout(), noon));
    expect(found).toEqual(unreadable);
  });
});

describe("a count over an empty list", () => {
  const comparison = (text: string) => conditionOf(text) as Comparison;
  const empty = '{ count: { field: "endpoint.privateAddresses[*]", where: WHERE }, equals: 0 }';
  const counting = comparison(empty.replace("WHERE", "{ field: endpoint.name, exists: true }"));
  const plain = comparison('{ count: { field: "endpoint.privateAddresses[*]" }, equals: 0 }');
  const env = prepare(factsOf({ "endpoint.privateAddresses": known([]) }), new Layout(), noon);
  const approving = vacuityOf("approve");
  const truthIn = (asked: Comparison, vacuity: Vacuity) =>
    compileCount(asked.subject as Count, asked, asTheMember, vacuity)(env);
  const written: Comparison = {
    ...counting,
    subject: { ...countOver([]), over: { kind: "value", formula: formulaOf([], true) } },
  };

  it.each<[what: string, asked: Comparison, vacuity: Vacuity, truth: Truth]>([
    ["is false in an approve rule", counting, approving, FALSE],
    ["is true under a not of an approve rule", counting, approving.opposite, TRUE],
    ["is 0 in another rule", counting, neverSatisfied, TRUE],
    ["is 0 without a where", plain, approving, TRUE],
    ["is 0 where the policy itself writes the list", written, approving, TRUE],
  ])("%s", (_, asked, vacuity, truth) => {
    expect(truthIn(asked, vacuity)).toBe(truth);
  });
});
