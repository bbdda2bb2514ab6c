import type { Catalogue, Field, FieldReference } from "../language/field.ts";
import type { FactValue } from "../values/fact.ts";
import type { Form } from "../language/known-values.ts";
import { hasEach } from "../values/path.ts";
import {
  among,
  anything,
  anyText,
  instants,
  numbers,
  text,
  type Possible,
  type Present,
} from "./possible.ts";

/** Which facts are taken for possible. */
export interface World {
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
export function possibleAt({ field, steps, slot }: FieldReference, world: World): Possible {
  const [first, second] = steps;
  if (world.given?.slot === slot && first === undefined) return among([world.given.value]);
  if (field.source === "document" || second !== undefined) return anything;
  if (first === undefined) return { missing: !world.documented, ...presentIn(field, world) };
  if (hasEach(steps)) return { missing: !world.documented, present: text() };
  const key = keyIn(field);
  return key === undefined ? anything : { missing: true, present: key };
}

function presentIn(field: Field, { documented }: World): { readonly present: Present } {
  const { values, range } = field;
  switch (field.type) {
    case "string":
      if (values !== undefined && (values.closed || documented))
        return { present: { kind: "among", values: decided(field, documented), exact: true } };
      return { present: documented ? formed(field.form) : text() };
    case "location":
      return { present: text() };
    case "number": {
      const most = documented ? range?.most : undefined;
      const present = range && numbers(documented ? range.least : atLeast(field), most ?? Infinity);
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
      return { present: instants(-Infinity, Infinity) ?? { kind: "any" } };
    case "any":
      return { present: { kind: "any" } };
  }
}

/** Only Pending connections are decided; API Management has one group. */
function decided({ name, values }: Field, documented: boolean): readonly string[] {
  return documented && name === "connection.state" ? ["Pending"] : (values?.of ?? []);
}

/** What is counted is never negative; the headroom is, where Azure lets a service have more than it documents. */
function atLeast({ name, range }: Field): number {
  return name === "counts.headroom" ? -Infinity : (range?.least ?? -Infinity);
}

/** A member of an object: tags are texts, and what is counted by management group are numbers. */
function keyIn({ range, name }: Field): Present | undefined {
  if (range !== undefined) return numbers(range.least, Infinity);
  return /tags$/i.test(name) ? text() : undefined;
}

const guid = [8, 4, 4, 4, 12].map((length) => anyText.repeat(length)).join("-");

function formed(form: Form | undefined): Present {
  if (form === undefined) return text();
  if (form.kind === "subscription") return text(guid, true);
  if (form.kind !== "id") return text();
  const [provider = "", ...types] = form.type.toLowerCase().split("/");
  const names = types.map((type) => `/${type}/${anyText}`).join("");
  return text(`/subscriptions/${guid}/resourcegroups/${anyText}/providers/${provider}${names}`);
}
