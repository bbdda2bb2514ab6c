import type { FactValue } from "../values/fact.ts";
import type { Trusted } from "./formula.ts";

/** A placeholder for text that the service's owner chose; it occurs in no id and no pattern. */
export const placeholder = "\u0000";

/** The possible texts of a value; undefined if not known. */
export function textsOf({ trust, possibleValues }: Trusted): readonly string[] | undefined {
  // A platform value differs by requester, so it is not a constant text unless `texts` says so.
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
