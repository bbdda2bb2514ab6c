import { describe, expect, it } from "vitest";
import { allOf, conditionOf, factsOf, noon, type Given } from "../../../../test/policy/policy-makers.ts";
import { Layout, prepare } from "../language/env.ts";
import type { FieldReference } from "../language/fields.ts";
import { openCatalogue } from "../language/open-catalogue.ts";
import type { Comparison, Condition, Subject } from "../language/policy.ts";
import { neverSatisfied, vacuityOf, type Vacuity } from "../language/vacuity.ts";
import { known, unknown, type FactValue } from "../values/fact.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { compileCondition, compileWhere } from "./compile-condition.ts";
import { decide, type Diagram } from "./decision-diagram.ts";

type Question = Exclude<Diagram, Truth>;

/** The first question of a compiled condition. */
function questionOf(condition: Condition, layout = new Layout()): Question {
  const diagram = compileCondition(condition, layout, neverSatisfied);
  if (typeof diagram === "number") throw new Error(`it is ${diagram} without a question`);
  return diagram;
}

function truthOf(condition: Condition, given: Given, vacuity: Vacuity = neverSatisfied): Truth {
  const layout = new Layout();
  const diagram = compileCondition(condition, layout, vacuity);
  return decide(diagram, prepare(factsOf(given), layout, noon));
}

const within = (comparison: string) =>
  conditionOf(`{ value: "[ipRangeContains('10.0.0.0/8', field('endpoint.name'))]", ${comparison} }`);

describe("a comparison", () => {
  it.each<[asks: string, condition: string]>([
    ["equalsText", "{ field: endpoint.name, equals: a }"],
    ["isOneOf", "{ field: endpoint.tags.team, in: [a] }"],
    ["other", "{ field: endpoint.tags, containsKey: a }"],
  ])("of a field with a constant asks its prepared value: %s in %s", (asks, text) => {
    const layout = new Layout();
    const condition = conditionOf(text) as Comparison;
    expect(questionOf(condition, layout)).toMatchObject({ asks, index: 0 });
    const { reference } = condition.subject as Extract<Subject, { kind: "field" }>;
    expect(layout.values).toEqual([{ reference, isRange: false }]);
  });

  it.each([
    ["with a computed operand", "{ field: endpoint.name, equals: \"[field('service.name')]\" }"],
    ["of every member", '{ field: "endpoint.privateAddresses[*]", equals: a }'],
    ["that is case-sensitive", '{ field: endpoint.name, match: "a#" }'],
    ["of an expression", "{ value: \"[toLower(field('endpoint.name'))]\", equals: a }"],
    ["of a count", '{ count: { field: "endpoint.privateAddresses[*]" }, equals: 1 }'],
    [
      "of a range with a list",
      "{ value: \"[ipRangeContains('10.0.0.0/8', field('endpoint.name'))]\", in: [true] }",
    ],
    [
      "of a range with text",
      "{ value: \"[ipRangeContains('10.0.0.0/8', field('endpoint.name'))]\", equals: 'true' }",
    ],
    [
      "of a range that exists",
      "{ value: \"[ipRangeContains('10.0.0.0/8', field('endpoint.name'))]\", exists: true }",
    ],
  ])("%s is a function of the facts and prepares no value", (_, text) => {
    const layout = new Layout();
    expect(questionOf(conditionOf(text), layout).asks).toBe("condition");
    expect(layout.values).toEqual([]);
  });

  it("is compiled once for each layout, because reasons and explanations compile it again", () => {
    const condition = conditionOf("{ field: endpoint.name, equals: a }");
    const other = conditionOf("{ field: endpoint.name, equals: a }");
    const layout = new Layout();
    const { otherwise } = questionOf(condition, layout);
    expect(questionOf(condition, layout).otherwise).toBe(otherwise);
    questionOf(other, layout);
    expect(questionOf(condition, layout).otherwise).toBe(otherwise);
    expect(questionOf(other, layout).otherwise).not.toBe(otherwise);
    expect(questionOf(condition).otherwise).not.toBe(otherwise);
  });
});

describe("whether a range contains a field", () => {
  const [inside, outside, invalid] = ["10.1.0.0/16", "9.0.0.1", "vm-1"].map((name): Given => ({
    "endpoint.name": known(name),
  })) as [Given, Given, Given];

  it.each<[comparison: string, truths: readonly Truth[]]>([
    ["equals: true", [TRUE, FALSE]],
    ["notEquals: false", [TRUE, FALSE]],
    ["equals: false", [FALSE, TRUE]],
    ["notEquals: true", [FALSE, TRUE]],
  ])("is asked of the prepared range: %s", (comparison, truths) => {
    const layout = new Layout();
    const condition = within(comparison);
    expect(questionOf(condition, layout).asks).toBe("isWithin");
    expect(layout.values).toMatchObject([{ reference: { field: { name: "endpoint.name" } }, isRange: true }]);
    expect([inside, outside].map((given) => truthOf(condition, given))).toEqual(truths);
    expect([invalid, {}].map((given) => truthOf(condition, given))).toEqual([UNKNOWN, UNKNOWN]);
  });

  it.each<[comparison: string, truths: readonly Truth[]]>([
    ["in: [true]", [TRUE, FALSE, UNKNOWN, UNKNOWN]],
    ["notIn: [true, false]", [FALSE, FALSE, UNKNOWN, UNKNOWN]],
    ['equals: "true"', [TRUE, FALSE, UNKNOWN, UNKNOWN]],
    ["exists: true", [TRUE, TRUE, UNKNOWN, UNKNOWN]],
    ["exists: false", [FALSE, FALSE, UNKNOWN, UNKNOWN]],
  ])("is computed for another comparison: %s", (comparison, truths) => {
    const condition = within(comparison);
    expect([inside, outside, invalid, {}].map((given) => truthOf(condition, given))).toEqual(truths);
  });
});

describe("a comparison with a computed value", () => {
  const sameName = conditionOf("{ field: endpoint.name, equals: \"[field('service.name')]\" }");
  const everySame = conditionOf(
    "{ field: 'endpoint.privateAddresses[*]', equals: \"[field('service.name')]\" }",
  );
  const name = known("A");
  const forbidden = unknown("forbidden");
  const listed = (...list: string[]) => known(list);

  it.each<[what: string, given: Given, truth: Truth]>([
    ["true for the same text in another case", { "endpoint.name": known("a"), "service.name": name }, TRUE],
    ["false for another text", { "endpoint.name": known("b"), "service.name": name }, FALSE],
    ["unknown where the field is", { "endpoint.name": forbidden, "service.name": name }, UNKNOWN],
    ["unknown where the computed value is", { "endpoint.name": name, "service.name": forbidden }, UNKNOWN],
  ])("is %s", (_, given, truth) => {
    expect(truthOf(sameName, given)).toBe(truth);
  });

  it.each<
    [what: string, addresses: Given["endpoint.privateAddresses"], other: Given["service.name"], truth: Truth]
  >([
    ["true where each satisfies it", listed("a", "A"), name, TRUE],
    ["false where one does not", listed("a", "b", "a"), name, FALSE],
    ["unknown where the list is", forbidden, name, UNKNOWN],
    ["unknown where the computed value is", listed("a"), forbidden, UNKNOWN],
    ["false for an empty list, whatever it is compared with", listed(), forbidden, FALSE],
  ])("of every member is %s", (...[, addresses, other, truth]) => {
    const given = { "endpoint.privateAddresses": addresses, "service.name": other } as Given;
    expect(truthOf(everySame, given)).toBe(truth);
  });

  it("of every member is true for an empty list under a not of an approve rule", () => {
    const given: Given = { "endpoint.privateAddresses": listed(), "service.name": name };
    expect(truthOf(everySame, given, vacuityOf("approve"))).toBe(FALSE);
    expect(truthOf(everySame, given, vacuityOf("approve").opposite)).toBe(TRUE);
  });
});

describe("a comparison inside a count asks the current member", () => {
  const asksOf = (path: string, right: FactValue): Comparison => {
    const reference = openCatalogue().resolve(path) as FieldReference;
    return {
      kind: "comparison",
      text: path,
      subject: { kind: "element", reference, depth: 0, steps: reference.steps },
      operator: "equals",
      operand: { kind: "constant", value: right },
      at: { file: "policy.yaml", line: 1, column: 1 } as Comparison["at"],
    };
  };

  it.each<[what: string, condition: Comparison, member: FactValue, truth: Truth]>([
    ["for its property", asksOf("name", "A"), { name: "a" }, TRUE],
    ["for a property that it lacks, as null", asksOf("name", null), {}, TRUE],
    ["for all members of its list", asksOf("names[*]", "a"), { names: ["a", "A"] }, TRUE],
    [
      "for all members of its list, of which one differs",
      asksOf("names[*]", "a"),
      { names: ["a", "b"] },
      FALSE,
    ],
    [
      "for a property of all members of its list, as null",
      asksOf("list[*].name", null),
      { list: [{}] },
      TRUE,
    ],
    ["for members of a list that it lacks", asksOf("names[*]", "a"), {}, FALSE],
  ])("%s", (_, condition, member, truth) => {
    const layout = new Layout();
    const env = { ...prepare([], layout, noon), current: [member] };
    expect(compileWhere(layout)(condition, neverSatisfied)(env)).toBe(truth);
  });
});

it("a condition is true where all of allOf, any of anyOf and not its member of not is", () => {
  const [isA, isB] = ["a", "b"].map((name) => `{ field: endpoint.name, equals: ${name} }`) as [
    string,
    string,
  ];
  const truthIn = (text: string) => truthOf(conditionOf(text), { "endpoint.name": known("b") });
  expect(truthIn(allOf(isA, isB))).toBe(FALSE);
  expect(truthIn(`{ anyOf: [${isA}, ${isB}] }`)).toBe(TRUE);
  expect(truthIn(`{ anyOf: [${isA}, { not: ${isB} }] }`)).toBe(FALSE);
});

it("a condition under a not has the opposite vacuity, and twice the same again", () => {
  const every = '{ field: "endpoint.privateAddresses[*]", equals: a }';
  const approving = vacuityOf("approve");
  const truthIn = (text: string) =>
    truthOf(conditionOf(text), { "endpoint.privateAddresses": known([]) }, approving);
  expect(truthIn(every)).toBe(FALSE);
  expect(truthIn(`{ not: ${every} }`)).toBe(FALSE);
  expect(truthIn(`{ not: { not: ${every} } }`)).toBe(FALSE);
  expect(truthIn(allOf(every, "{ field: endpoint.name, exists: false }"))).toBe(FALSE);
});
