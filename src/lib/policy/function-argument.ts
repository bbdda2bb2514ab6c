import type { FactValue } from "./fact.ts";

/** Thrown where a function cannot give a value; a condition that rests on it is then unknown. */
export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed";
}

/** No value may weigh more, however functions are nested: characters, and one for each member. */
export const weightMax = 1_048_576;

export function fail(why: string): never {
  throw new FunctionFailed(why);
}

export function text(value: FactValue | undefined): string {
  return typeof value === "string" ? value : fail("text was expected");
}

export function nonEmpty(value: FactValue): string {
  return text(value) === "" ? fail("text that is not empty was expected") : text(value);
}

export function number(value: FactValue | undefined): number {
  return typeof value === "number" ? value : fail("a number was expected");
}

export function list(value: FactValue): readonly FactValue[] {
  return Array.isArray(value) ? (value as readonly FactValue[]) : fail("a list was expected");
}

export type JsonObject = { readonly [key: string]: FactValue };

export function isObject(value: FactValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {FunctionFailed} where a result is larger than any policy needs */
export function bounded<T extends FactValue>(value: T): T {
  return weigh(value, weightMax) > weightMax ? fail("the result is too large") : value;
}

/** The weight of a value; stops counting soon after `most`. */
function weigh(value: FactValue, most: number): number {
  if (typeof value === "string") return value.length + 1;
  if (value === null || typeof value !== "object") return 1;
  let weight = 1;
  for (const [key, member] of Object.entries(value)) {
    weight += weigh(member, most - weight) + (Array.isArray(value) ? 0 : key.length);
    if (weight > most) break;
  }
  return weight;
}
