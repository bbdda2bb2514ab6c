import type { FactValue } from "../values/fact.ts";
import { foldText } from "../values/fold-text.ts";
import { isManagementGroupId, managementGroupAdvice } from "../language/management-group.ts";
import { parseRange } from "../values/ip-range.ts";
import type { Form, KnownValues } from "../language/value-constraints.ts";
import { normaliseLocation } from "../values/location.ts";
import { nearest } from "../source/nearest.ts";
import { testOf, type OperatorName } from "../language/operators.ts";
import type { Comparison } from "../language/policy.ts";
import { regions } from "../values/regions.ts";
import { scalarText } from "../values/scalar.ts";
import { TRUE } from "../values/truth.ts";
import { printValue, type Mismatch } from "./finding.ts";
import type { SubjectType } from "./subject-type.ts";
import { literalOf } from "./literal.ts";
import { isGuid } from "../../guid.ts";

/** Operators whose right side is a complete value. */
const whole: readonly OperatorName[] = ["equals", "in"];
const partly: readonly OperatorName[] = ["like", "contains", "match", "matchInsensitively"];

/** Finds a text that a field with known values or a known format never has. */
export function invalidText(
  subject: SubjectType,
  comparison: Comparison,
  values: readonly FactValue[],
): Mismatch | undefined {
  const { operator } = literalOf(comparison, true);
  if (subject.type === "location" || subject.type === "locations")
    return invalidLocation(subject, operator, values);
  const { name, field, form } = subject;
  if (field?.values !== undefined) return unknownValue(name, field.values, operator, values);
  return form === undefined ? undefined : invalidForm(name, form, operator, values);
}

/** Finds a member that a list never has. `contains` on a list compares whole members. */
export function invalidMember(
  { name, form }: SubjectType,
  values: readonly FactValue[],
): Mismatch | undefined {
  return form === undefined ? undefined : invalidForm(`a member of ${name}`, form, "equals", values);
}

function unknownValue(
  name: string,
  { of, closed }: KnownValues,
  operator: OperatorName,
  values: readonly FactValue[],
): Mismatch | undefined {
  const found = values.find((value) => !of.some((each) => isSatisfiedBy(operator, value, each)));
  if (found === undefined) return undefined;
  const suggestion = whole.includes(operator) && typeof found === "string" ? nearest(found, of) : undefined;
  const documented = of.map((each) => `"${each}"`).join(", ");
  const known = of.length === 1 ? `its only value is ${documented}` : `its values are ${documented}`;
  const advice = suggestion === undefined ? known : `did you mean "${suggestion}"? (${known})`;
  return closed
    ? { severity: "error", message: `${name} is never ${describeRight(operator, found)}; ${advice}` }
    : {
        severity: "warning",
        message: `${describeRight(operator, found)} matches no documented value of ${name}; ${advice}`,
      };
}

/** Whether a known value satisfies the operator with this right side. */
function isSatisfiedBy(operator: OperatorName, right: FactValue, value: string): boolean {
  if (whole.includes(operator)) return testOf("equals", right)(value) === TRUE;
  return !partly.includes(operator) || testOf(operator, right)(value) === TRUE;
}

function describeRight(operator: OperatorName, value: FactValue): string {
  return whole.includes(operator) ? printValue(value) : `${operator} ${printValue(value)}`;
}

function invalidLocation(
  subject: SubjectType,
  operator: OperatorName,
  values: readonly FactValue[],
): Mismatch | undefined {
  const { name } = subject;
  // Operators other than equality may match a part of the name.
  const isWhole = whole.includes(operator) || (operator === "contains" && subject.type === "locations");
  const wanted = isWhole ? "equals" : operator;
  if (!isWhole && !partly.includes(operator)) return undefined;
  for (const value of values) {
    const text = scalarText(value) ?? "";
    const region = normaliseLocation(text);
    if (subject.verbatim === true && region !== text.toLowerCase())
      return {
        severity: "error",
        message: `in an expression a location is written ${printValue(region)}, never ${printValue(value)}; write that, or use { field: ${name} }, which accepts both`,
      };
    if (isWhole && !/^[a-z0-9]+$/.test(region)) {
      const meant = nearest(region.replaceAll(/[^a-z0-9]/g, ""), regions);
      return {
        severity: "error",
        message: `${printValue(value)} is not the name of a region, which has only letters and digits; ${meant === undefined ? "an example is westeurope" : `did you mean "${meant}"?`}`,
      };
    }
    if (regions.some((each) => isSatisfiedBy(wanted, text, each))) continue;
    const suggestion = isWhole ? nearest(region, regions) : undefined;
    return {
      severity: "warning",
      message: `${describeRight(wanted, value)} matches no known Azure region${suggestion === undefined ? "; ignore this for a new region" : `; did you mean "${suggestion}"?`}`,
    };
  }
  return undefined;
}

function invalidForm(
  name: string,
  form: Form,
  operator: OperatorName,
  values: readonly FactValue[],
): Mismatch | undefined {
  const fits = fitsForm(form);
  const found = values.find((value) => !fits(operator, foldText(scalarText(value) ?? "")));
  if (found === undefined) return undefined;
  return {
    severity: "error",
    message: `${name} is never ${describeRight(operator, found)}; ${formAdvice(form)}`,
  };
}

const counting = "to test a range, count the members for which ipRangeContains() is true";

function formAdvice(form: Form): string {
  switch (form.kind) {
    case "subscription":
      return "use a subscription id such as 00000000-0000-0000-0000-000000000000; the display name is requester.subscriptionName";
    case "managementGroup":
      return managementGroupAdvice;
    case "address":
      return `use an address such as 10.1.2.3; ${counting}`;
    case "range":
      return `use the exact range of a network, with its prefix, such as 10.1.2.0/24; ${counting}`;
    case "id":
      return idAdvice(form.type);
  }
}

function idAdvice(type: string): string {
  const [provider = "", ...types] = type.split("/");
  const names = types.map((each) => `/${each}/…`).join("");
  return `use an ARM id, /subscriptions/…/resourceGroups/…/providers/${provider}${names}, or its beginning with like`;
}

type Fits = (operator: OperatorName, text: string) => boolean;

function fitsForm(form: Form): Fits {
  switch (form.kind) {
    case "subscription":
      return fitsSubscription;
    case "managementGroup":
      return wholeTextOnly(isManagementGroupId);
    case "address":
      return wholeTextOnly((text) => !/[/-]/.test(text) && parseRange(text) !== undefined);
    case "range":
      return wholeTextOnly((text) => text.includes("/") && parseRange(text) !== undefined);
    case "id":
      return fitsId(form.type);
  }
}

/** Accepts all operators that match parts of a text or patterns. */
function wholeTextOnly(fits: (text: string) => boolean): Fits {
  return (operator, text) => !whole.includes(operator) || fits(text);
}

function fitsSubscription(operator: OperatorName, text: string): boolean {
  if (whole.includes(operator)) return isGuid(text);
  if (operator === "like") return text.includes("*") ? /^[0-9a-f*-]*$/.test(text) : isGuid(text);
  if (operator === "contains") return /^[0-9a-f-]*$/.test(text);
  if (operator === "match" || operator === "matchInsensitively")
    return text.length === 36 && /^[0-9a-f.#?-]*$/.test(text);
  return true;
}

function fitsId(type: string): Fits {
  const [provider = "", ...types] = type.toLowerCase().split("/");
  const names = types.map((each) => `/${each}/[^/]+`).join("");
  const id = new RegExp(`^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/${provider}${names}$`);
  const start = "/subscriptions/";
  return (operator, text) => {
    if (whole.includes(operator)) return id.test(text);
    if (operator !== "like") return true;
    const [first = ""] = text.split("*");
    return text.includes("*") ? start.startsWith(first) || first.startsWith(start) : id.test(text);
  };
}
