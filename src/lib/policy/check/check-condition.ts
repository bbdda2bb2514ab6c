import { checkField, checkValueFormula, resolveElement } from "./check-field.ts";
import type { CheckContext } from "./check-context.ts";
import { checkOperand, writtenText } from "./check-operand.ts";
import type { FieldType } from "../language/fields.ts";
import type { CountScope, Formula } from "../language/formula.ts";
import { canonical, entriesOf, unexpectedKey } from "../source/keys.ts";
import { operatorNames, orderOperators, type OperatorName } from "../language/operators.ts";
import type { Entry, Source, SourceMap } from "../source/parse.ts";
import { hasEach } from "../values/path.ts";
import type { Condition, CountedList, Subject } from "../language/policy.ts";
import type { Problems } from "../source/problem.ts";
import { listOf, numberOf } from "../values/scalar.ts";
import { trustOfElement, trustOfField } from "../language/trust.ts";

export const conditionsMax = 20_000;
const countsMax = 3;
const logical: readonly string[] = ["allOf", "anyOf", "not"];
const subjects: readonly string[] = ["field", "value", "count"];
const conditionKeys = [...subjects, ...logical, ...operatorNames];
const operatorKeys: ReadonlySet<string> = new Set(operatorNames);
const numericOperators: readonly OperatorName[] = ["equals", "notEquals", ...orderOperators];

/** Checks a condition; undefined, with problems, if it is not valid. */
export function checkCondition(source: Source, context: CheckContext): Condition | undefined {
  if (source.kind !== "map" || source.entries.length === 0) {
    context.problems.add(
      source.at,
      "expected a condition: allOf, anyOf or not, or one of field, value and count with one operator",
    );
    return undefined;
  }
  const named = canonical(source, conditionKeys, context.problems);
  const connective = named.entries.find(({ key }) => logical.includes(key));
  return connective === undefined
    ? checkComparison(named, context)
    : checkConnective(named, connective, context);
}

function checkConnective(source: SourceMap, entry: Entry, context: CheckContext): Condition | undefined {
  for (const { key, keyAt } of source.entries)
    if (key !== entry.key)
      context.problems.add(keyAt, `"${key}" cannot be combined with ${entry.key}; put both into an allOf`);
  if (entry.key === "not") {
    const member = checkCondition(entry.value, context);
    return member && { kind: "not", member };
  }
  if (entry.value.kind !== "list" || entry.value.items.length === 0) {
    context.problems.add(entry.value.at, `${entry.key} needs a list of at least one condition`);
    return undefined;
  }
  const items = entry.value.items.map((item) => checkCondition(item, context));
  const members = items.filter((member) => member !== undefined);
  // Without one of its members it would mean something else, and be reported for what its author did not write.
  if (members.length < items.length) return undefined;
  return { kind: entry.key as "allOf" | "anyOf", members };
}

function checkComparison(source: SourceMap, context: CheckContext): Condition | undefined {
  const { problems, budget } = context;
  if (budget.conditions-- === 0)
    problems.add(source.at, `more than ${conditionsMax} conditions; conditions from here on are not checked`);
  if (budget.conditions < 0) return undefined;
  const left = source.entries.filter(({ key }) => subjects.includes(key));
  const right = source.entries.filter(({ key }) => isOperator(key));
  for (const { key, keyAt } of source.entries)
    if (!subjects.includes(key) && !isOperator(key)) problems.add(keyAt, unexpectedKey(key, conditionKeys));
  const [subject, secondSubject] = left;
  const [operand, secondOperand] = right;
  if (subject === undefined) problems.add(source.at, "this condition has no field, value or count");
  if (secondSubject !== undefined)
    problems.add(
      secondSubject.keyAt,
      `"${secondSubject.key}" cannot be combined with ${subject?.key}; write two conditions under allOf`,
    );
  if (operand === undefined && left.length === source.entries.length)
    problems.add(source.at, "this condition has no operator, such as equals");
  if (secondOperand !== undefined)
    problems.add(secondOperand.keyAt, "a condition has only one operator; write two conditions under allOf");
  const checked = subject && checkSubject(subject, context);
  if (checked === undefined || operand === undefined) {
    for (const { key, value } of right) checkOperand(value, key as OperatorName, "any", context);
    return undefined;
  }
  const operator = operand.key as OperatorName;
  if (checked.subject.kind === "count" && !numericOperators.includes(operator)) {
    problems.add(operand.keyAt, `a count is compared with one of ${numericOperators.join(", ")}`);
    return undefined;
  }
  const value = checkOperand(operand.value, operator, checked.type, context);
  if (value?.kind === "constant" && checked.subject.kind === "count" && numberOf(value.value) === undefined)
    problems.add(operand.value.at, "a count must be compared with a number");
  const { text, subject: checkedSubject } = checked;
  return (
    value && {
      kind: "comparison",
      text,
      subject: checkedSubject,
      operator,
      operand: value,
      at: source.at,
    }
  );
}

interface CheckedSubject {
  readonly text: string;
  readonly subject: Subject;
  readonly type: FieldType;
}

function checkSubject(entry: Entry, context: CheckContext): CheckedSubject | undefined {
  if (entry.key === "count") return checkCount(entry.value, context);
  if (entry.key === "value") return checkValueSubject(entry.value, context);
  const reference = checkField(entry.value, context);
  if (reference === undefined) return undefined;
  return {
    text: writtenText(entry.value),
    type: reference.field.type,
    subject: resolveElement(reference, context),
  };
}

function checkValueSubject(source: Source, context: CheckContext): CheckedSubject | undefined {
  const formula = checkValueFormula(source, context);
  return formula && { text: writtenText(source), subject: { kind: "value", formula }, type: "any" };
}

function checkCount(source: Source, context: CheckContext): CheckedSubject | undefined {
  const { problems } = context;
  const keys = entriesOf(source, ["field", "value", "name", "where"], problems);
  const [field, value, nameSource, where] = ["field", "value", "name", "where"].map((key) => keys.get(key));
  if ((field === undefined) === (value === undefined)) {
    problems.add(source.at, "a count needs either a field or a value");
    return undefined;
  }
  if (context.counts.length >= countsMax) {
    problems.add(source.at, `counts are nested deeper than ${countsMax} levels`);
    return undefined;
  }
  if (nameSource !== undefined && field !== undefined)
    problems.add(
      nameSource.at,
      "name is only allowed with value; inside a count over a field, write the field itself",
    );
  const counted =
    field === undefined ? checkCountedValue(value as Source, context) : checkCountedField(field, context);
  if (counted === undefined) return undefined;
  const name = nameSource === undefined ? {} : checkCountName(nameSource, problems);
  const inner: CountScope = { ...name, ...counted.around };
  const condition = where && checkCondition(where, { ...context, counts: [...context.counts, inner] });
  if (where !== undefined && condition === undefined) return undefined;
  const subject: Subject = {
    kind: "count",
    over: counted.over,
    ...(condition === undefined ? {} : { where: condition }),
  };
  return { text: `count(${counted.text})`, subject, type: "number" };
}

function checkCountName(source: Source, problems: Problems): Pick<CountScope, "name"> {
  const name = source.kind === "scalar" ? source.value : undefined;
  if (typeof name === "string" && /^[a-z_][a-z0-9_]*$/i.test(name)) return { name };
  problems.add(
    source.at,
    `"${writtenText(source).slice(0, 100)}" is not a valid name; use letters, digits and _, such as name: zone`,
  );
  return {};
}

interface CheckedList {
  readonly over: CountedList;
  readonly around: CountScope;
  readonly text: string;
}

function checkCountedField(source: Source, context: CheckContext): CheckedList | undefined {
  const reference = checkField(source, context);
  if (reference === undefined) return undefined;
  if (!hasEach(reference.steps)) {
    context.problems.add(source.at, `a count over a field needs [*]: "${writtenText(source)}[*]"`);
    return undefined;
  }
  const element = { trust: trustOfField(reference) };
  return {
    over: resolveElement(reference, context),
    around: { reference, element },
    text: writtenText(source),
  };
}

function checkCountedValue(source: Source, context: CheckContext): CheckedList | undefined {
  const formula = checkValueFormula(source, context);
  if (formula === undefined) return undefined;
  return {
    over: { kind: "value", formula },
    around: { element: elementOfList(formula) },
    text: writtenText(source),
  };
}

function elementOfList(formula: Formula): CountScope["element"] {
  const members = formula.possibleValues?.flatMap(listOf);
  return { trust: trustOfElement(formula), ...(members === undefined ? {} : { possibleValues: members }) };
}

function isOperator(key: string): key is OperatorName {
  return operatorKeys.has(key);
}
