/** Values as Azure's answers have them, whatever types the SDKs promise: `null` stands for what is not there. */

/** Undefined for what is no text, and for the empty one that stands where there is nothing. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Undefined for what is no list of texts: a list that is partly something else is not known. */
export function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined;
}

export function tags(value: unknown): Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, string>>) : {};
}
