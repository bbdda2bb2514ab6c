import type { Failed } from "./env.ts";
import { printShort } from "./print-short.ts";

const argumentsMax = 4;
const textMax = 300;

/** A failure as a person would want to read it: the function, what it was given, shortened, and what is wrong with that. */
export function describeFailure({ of, values, why }: Failed): string {
  const text = `${called(of, values)}: ${why}`;
  return text.length <= textMax ? text : `${text.slice(0, textMax - 1)}…`;
}

function called(of: string, values: Failed["values"]): string {
  const [whole = null, place = null] = values;
  if (of === "[…]") return `${printShort(whole)}[${printShort(place)}]`;
  const shown = values.slice(0, argumentsMax).map((value) => printShort(value));
  return `${of}(${shown.join(", ")}${values.length > argumentsMax ? ", …" : ""})`;
}
