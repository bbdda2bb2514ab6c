import type { Catalogue, Field, FieldReference } from "../language/field.ts";
import type { FactValue } from "../values/fact.ts";
import type { Form } from "../language/known-values.ts";
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

/** Which facts are taken for possible. */
export interface FactModel {
  readonly catalogue: Catalogue;
  /**
   * False: every fact of its type, missing ones among them; what can be said of these is so. True: what Azure
   * documents of a connection that is decided. That may change, so that it serves only to trust no rule too much.
   */
  readonly documented: boolean;
  /** A field that is taken to have one value. */
  readonly given?: { readonly slot: number; readonly value: FactValue };
}

/** What can stand at a reference, or be one of the values where it has `[*]`. */
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

/** Only Pending connections are decided; API Management has one group. */
function possibleTexts({ name, values }: Field, documented: boolean): readonly string[] {
  return documented && name === "connection.state" ? ["Pending"] : (values?.of ?? []);
}

/** What is counted is never negative; the headroom is, where Azure lets a service have more than it documents. */
function lowerBound({ name, range }: Field): number {
  return name === "counts.headroom" ? -Infinity : (range?.least ?? -Infinity);
}

/** A member of an object: tags are texts, and what is counted by management group are numbers. */
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
