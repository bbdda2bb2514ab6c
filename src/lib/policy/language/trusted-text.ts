import type { FactValue } from "../values/fact.ts";
import type { Trusted } from "./formula.ts";

/** Stands for a text that the service's owner chose, and no requester; no id and no pattern has it. */
export const placeholder = "\u0000";

/** What a value can read as; undefined where that is not known. */
export function textsOf({ trust, possibleValues }: Trusted): readonly string[] | undefined {
  // Of another requester the platform says something else: what it says of this one is no text that was written out.
  if (trust.kind === "platform") return trust.texts;
  const texts = trust.kind === "constant" ? possibleValues?.map(textOf) : undefined;
  return texts?.includes(undefined) === true ? undefined : (texts as readonly string[] | undefined);
}

export function textOf(value: FactValue): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

const combinationsMax = 256;

export function joined(parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  let all: readonly string[] | undefined = [""];
  for (const texts of parts) {
    if (all === undefined || texts === undefined || all.length * texts.length > combinationsMax)
      return undefined;
    all = all.flatMap((text) => texts.map((next) => text + next));
  }
  return all;
}
