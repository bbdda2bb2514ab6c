import type { FactValue } from "../values/fact.ts";

/** Thrown where a function cannot give a value; a condition that rests on it is then unknown. */
export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed";
}

/** No value may weigh more, however functions are nested: characters, and one for each member. */
export const weightMax = 1_048_576;
/** Nor lie deeper, as of Azure's limits of evaluation: what walks through values does so by recursion. */
const depthMax = 128;

export function fail(why: string): never {
  throw new FunctionFailed(why);
}

export type JsonObject = { readonly [key: string]: FactValue };

export function isObject(value: FactValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {FunctionFailed} where a result is larger than any policy needs */
export function bounded<T extends FactValue>(value: T): T {
  return weigh(value, weightMax, 0) > weightMax ? fail("the result is too large") : value;
}

/** The weight of a value; stops counting soon after `most`. */
function weigh(value: FactValue, most: number, depth: number): number {
  if (typeof value === "string") return value.length + 1;
  if (value === null || typeof value !== "object") return 1;
  if (depth > depthMax) return fail(`the result is nested deeper than ${depthMax} levels`);
  let weight = 1;
  for (const [key, member] of Object.entries(value)) {
    weight += weigh(member, most - weight, depth + 1) + (Array.isArray(value) ? 0 : key.length);
    if (weight > most) break;
  }
  return weight;
}
