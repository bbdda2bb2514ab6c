/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object whose members are not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a JSON text. Undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Characters that JSON leaves unescaped and that can steer a terminal or hide. */
const active = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\uffff]/gu;

/**
 * A value as a JSON text that can be shown anywhere. Characters that could steer a terminal (C1 controls, bidirectional
 * overrides, line separators) or hide are escaped, as JSON itself escapes the other control characters. Its value is
 * the same.
 */
export function toSafeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(active, escape);
}

function escape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
