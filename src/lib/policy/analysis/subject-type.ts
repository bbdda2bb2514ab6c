import type { Field, FieldType } from "../language/fields.ts";
import type { Form } from "../language/value-constraints.ts";
import { hasEach, printSteps } from "../values/path.ts";
import type { Subject } from "../language/policy.ts";
import { tryParseExpression, evaluateAbstractly } from "./abstract-evaluation.ts";
import type { FactModel } from "./fact-model.ts";

/** What is known about the subject of a comparison, its left side. */
export interface SubjectType {
  readonly type: FieldType;
  /** As in a condition, without `[*]`. */
  readonly name: string;
  /** Set if it is the whole value of a field. */
  readonly field?: Field;
  /** The format of the text, or of a list's members. */
  readonly form?: Form;
  /** Set if the right side is compared as written: the value of an expression is not normalised like a field. */
  readonly verbatim?: true;
}

const members: Partial<Record<FieldType, FieldType>> = { strings: "string", locations: "location" };

/** The type of a subject; undefined if not known. */
export function subjectTypeOf(subject: Subject, text: string, model: FactModel): SubjectType | undefined {
  switch (subject.kind) {
    case "field":
    case "element": {
      const { field, steps } = subject.reference;
      const name = `${field.name}${printSteps(steps.filter(({ kind }) => kind !== "each"))}`;
      if (steps.length === 0) return { type: field.type, name, field, ...formOf(field) };
      const type = hasEach(steps) && steps.length === 1 ? members[field.type] : undefined;
      return type === undefined ? undefined : { type, name, ...formOf(field) };
    }
    case "count":
      // Checked at load.
      return undefined;
    case "value": {
      const { plain } = subject.formula;
      if (plain !== undefined && plain.steps.length === 0)
        return {
          type: plain.field.type,
          name: plain.field.name,
          field: plain.field,
          verbatim: true,
          ...formOf(plain.field),
        };
      return subject.formula.possibleValues === undefined ? typeOfExpression(text, model) : undefined;
    }
  }
}

function formOf({ form, memberForm }: Field): Pick<SubjectType, "form"> {
  const found = form ?? memberForm;
  return found === undefined ? {} : { form: found };
}

function typeOfExpression(text: string, model: FactModel): SubjectType | undefined {
  const expression = tryParseExpression(text);
  const present = expression === undefined ? undefined : evaluateAbstractly(expression, model).present;
  if (present?.kind === "number" || present?.kind === "instant") return { type: present.kind, name: text };
  const isTruth = present?.kind === "among" && present.values.every((value) => typeof value === "boolean");
  return isTruth ? { type: "boolean", name: text } : undefined;
}
