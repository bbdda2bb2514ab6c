import type { Catalogue, Field, FieldReference } from "../language/fields.ts";
import type { FactValue } from "../values/fact.ts";
import type { Form } from "../language/value-constraints.ts";
import { hasEach } from "../values/path.ts";
import {
  valueSet,
  anyAbstractValue,
  anyCharacters,
  instantRange,
  integerRange,
  abstractText,
  type AbstractValue,
  type PresentValue,
} from "./abstract-value.ts";

/** The facts that are considered possible. */
export interface FactModel {
  readonly catalogue: Catalogue;
  /**
   * False: all values of a field's type, or missing, so that conclusions are certain. True: only what Azure documents
   * for a connection to decide. That may change, so it is used only to distrust rules.
   */
  readonly documented: boolean;
  /** A field with a fixed value, for case analysis. */
  readonly given?: { readonly slot: number; readonly value: FactValue };
}

/** The possible values of a reference, or of each member with `[*]`. */
export function abstractValueAt({ field, steps, slot }: FieldReference, model: FactModel): AbstractValue {
  const [first, second] = steps;
  if (model.given?.slot === slot && first === undefined) return valueSet([model.given.value]);
  if (field.source === "document" || second !== undefined) return anyAbstractValue;
  if (first === undefined) return { missing: !model.documented, ...valueOfType(field, model) };
  if (hasEach(steps)) return { missing: !model.documented, present: abstractText() };
  const key = memberOfObject(field);
  return key === undefined ? anyAbstractValue : { missing: true, present: key };
}

function valueOfType(field: Field, { documented }: FactModel): { readonly present: PresentValue } {
  const { values, range } = field;
  switch (field.type) {
    case "string":
      if (values !== undefined && (values.closed || documented))
        return { present: { kind: "among", values: possibleTexts(field, documented), exact: true } };
      return { present: documented ? textOfForm(field.form) : abstractText() };
    case "location":
      return { present: abstractText() };
    case "number": {
      const most = documented ? range?.most : undefined;
      const present = range && integerRange(documented ? range.least : lowerBound(field), most ?? Infinity);
      return { present: present ?? { kind: "any" } };
    }
    case "boolean":
      return { present: { kind: "among", values: [true, false], exact: true } };
    case "strings":
    case "locations":
      return { present: { kind: "list" } };
    case "object":
      return { present: { kind: "object" } };
    case "instant":
      return { present: instantRange(-Infinity, Infinity) ?? { kind: "any" } };
    case "any":
      return { present: { kind: "any" } };
  }
}

/** The possible values of a field with known values. Only Pending connections are decided. */
function possibleTexts({ name, values }: Field, documented: boolean): readonly string[] {
  return documented && name === "connection.state" ? ["Pending"] : (values?.of ?? []);
}

/** Counts are never negative, but the headroom is if Azure allows a service more than it documents. */
function lowerBound({ name, range }: Field): number {
  return name === "counts.headroom" ? -Infinity : (range?.least ?? -Infinity);
}

/** The possible values of a key of an object: texts for tags, numbers for counts by management group. */
function memberOfObject({ range, name }: Field): PresentValue | undefined {
  if (range !== undefined) return integerRange(range.least, Infinity);
  return /tags$/i.test(name) ? abstractText() : undefined;
}

const guid = [8, 4, 4, 4, 12].map((length) => anyCharacters.repeat(length)).join("-");

function textOfForm(form: Form | undefined): PresentValue {
  if (form === undefined) return abstractText();
  if (form.kind === "subscription") return abstractText(guid, true);
  if (form.kind !== "id") return abstractText();
  const [provider = "", ...types] = form.type.toLowerCase().split("/");
  const names = types.map((type) => `/${type}/${anyCharacters}`).join("");
  return abstractText(`/subscriptions/${guid}/resourcegroups/${anyCharacters}/providers/${provider}${names}`);
}
