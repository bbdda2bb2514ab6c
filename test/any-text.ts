import fc from "fast-check";

const surrogates = { from: 0xd800, count: 0x800 };

/** Any character but half a surrogate pair. `unit: "binary"` gives the same, but takes half a second to make. */
const character = fc
  .nat({ max: 0x10ffff - surrogates.count })
  .map((code) => String.fromCodePoint(code < surrogates.from ? code : code + surrogates.count));

/** A text of any characters. */
export function anyText(maxLength?: number): fc.Arbitrary<string> {
  return fc.string({ unit: character, ...(maxLength === undefined ? {} : { maxLength }) });
}
