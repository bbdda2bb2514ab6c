import { didYouMean } from "../policy/source/nearest.ts";
import { sanitizeText } from "../sanitize-text.ts";
import { joinTruncated } from "../truncate-list.ts";

/** A value of a filter that names nothing known, and what is known instead. */
export interface UnknownValue {
  readonly parameter: string;
  readonly detail: string;
}

/** Thrown for a list that is empty because of values that name nothing known; they come from a caller. */
export class UnknownFilterValues extends Error {
  override readonly name = "UnknownFilterValues";
  readonly values: readonly UnknownValue[];
  constructor(values: readonly UnknownValue[]) {
    super(values.map(({ detail }) => detail).join("; "));
    this.values = values;
  }
}

interface Message {
  readonly says: string;
  /** Why what is known may be incomplete. */
  readonly caveat?: string;
}

/** The value, if it is given and none of the known ones. */
export function unknownValue(
  parameter: string,
  value: string | undefined,
  names: readonly (string | undefined)[],
  { says, caveat = "" }: Message,
): UnknownValue[] {
  const known = [...new Set(names)].filter((each) => each !== undefined).toSorted();
  if (value === undefined || known.includes(value)) return [];
  const suggestion = didYouMean(value, known, knownValues(known));
  return [{ parameter, detail: `${says} "${sanitizeText(value, 60)}"${suggestion}${caveat}` }];
}

const shownMax = 10;

function knownValues(known: readonly string[]): string {
  return known.length === 0 ? "" : `; known: ${joinTruncated(known, shownMax)}`;
}
