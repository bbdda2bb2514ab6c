import type { Failed } from "./env.ts";
import { printShort, truncate } from "../values/print-short.ts";

const argumentsMax = 4;
const textMax = 299;

/** Describes a failure: the function, its truncated arguments, and what is wrong. */
export function describeFailure({ of, values, why }: Failed): string {
  return truncate(`${called(of, values)}: ${why}`, textMax);
}

function called(of: string, values: Failed["values"]): string {
  const [whole = null, place = null] = values;
  if (of === "[…]") return `${printShort(whole)}[${printShort(place)}]`;
  const shown = values.slice(0, argumentsMax).map((value) => printShort(value));
  return `${of}(${shown.join(", ")}${values.length > argumentsMax ? ", …" : ""})`;
}
