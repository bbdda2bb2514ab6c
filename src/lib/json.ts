/** The value of a JSON text; undefined, which no JSON text means, where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What JSON leaves as it is and a terminal, an editor or a person could take for more than text. */
const active = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\uffff]/gu;

/**
 * A value as a JSON text that can be shown anywhere: what could steer a terminal (C1 controls, bidirectional overrides, line
 * separators) or hide is escaped, as JSON itself escapes the other control characters. It means the same.
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
