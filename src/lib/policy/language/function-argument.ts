import type { FactValue } from "../values/fact.ts";

/**
 * Thrown if a function fails, which makes its condition unknown. Without a stack, which nobody reads: collecting it
 * takes longer than the rest of the decision.
 */
export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed";

  constructor(why: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(why);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The largest size of a value: one for each character and one for each member. */
export const weightMax = 1_048_576;
/** The deepest nesting of a value, as in Azure's evaluation limits. Functions recurse through values. */
const depthMax = 128;

export function fail(why: string): never {
  throw new FunctionFailed(why);
}

export type JsonObject = { readonly [key: string]: FactValue };

export function isObject(value: FactValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the value. @throws {FunctionFailed} if it is too large or too deep */
export function bounded<T extends FactValue>(value: T): T {
  return weigh(value, weightMax, 0) > weightMax ? fail("the result is too large") : value;
}

/** The size of a value; stops soon after `most`. */
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
