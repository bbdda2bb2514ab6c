import type { Field, FieldType } from "../language/field.ts";
import type { Form } from "../language/known-values.ts";
import { hasEach, printSteps } from "../values/path.ts";
import type { Subject } from "../language/policy.ts";
import { tryParseExpression, evaluateAbstractly } from "./abstract-evaluation.ts";
import type { FactModel } from "./fact-model.ts";

/** What kind of value stands on the left side of a comparison, as far as its type tells. */
export interface Kind {
  readonly type: FieldType;
  /** As a condition names it, without `[*]`. */
  readonly name: string;
  /** Set where it is the value of a field as a whole. */
  readonly field?: Field;
  /** How a text is built, or a member where a list stands. */
  readonly form?: Form;
  /** Set where the right side is taken as it is written: an expression's value is not normalised as a field's is. */
  readonly verbatim?: true;
}

const members: Partial<Record<FieldType, FieldType>> = { strings: "string", locations: "location" };

/** Undefined where nothing is known of it. */
export function kindOf(subject: Subject, text: string, model: FactModel): Kind | undefined {
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
      // Checked where it is read.
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
      return subject.formula.possibleValues === undefined ? kindOfExpression(text, model) : undefined;
    }
  }
}

function formOf({ form, memberForm }: Field): Pick<Kind, "form"> {
  const found = form ?? memberForm;
  return found === undefined ? {} : { form: found };
}

function kindOfExpression(text: string, model: FactModel): Kind | undefined {
  const expression = tryParseExpression(text);
  const present = expression === undefined ? undefined : evaluateAbstractly(expression, model).present;
  if (present?.kind === "number" || present?.kind === "instant") return { type: present.kind, name: text };
  const isTruth = present?.kind === "among" && present.values.every((value) => typeof value === "boolean");
  return isTruth ? { type: "boolean", name: text } : undefined;
}
