/** Bytes of a part, so that a worker has enough to do and few parts fill the memory. */
const partBytes = 1 << 20;

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const opens = 0x7b;
const closes = 0x7d;
const list = 0x5b;
const space = 0x20;

/**
 * Cuts an export into parts that end with a line, one entry in each line. The export has an entry in each line, or is a
 * JSON array of entries. Memory holds one part and its remainder.
 */
export async function* partsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let cut: ((chunk: Uint8Array) => Uint8Array) | undefined;
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    cut ??= isList(chunk) ? listCutter() : (each) => each;
    held.push(cut(chunk));
    size += chunk.length;
    if (size < partBytes) continue;
    const all = Buffer.concat(held);
    const end = all.lastIndexOf(newline) + 1;
    if (end > 0) yield all.subarray(0, end);
    held = [all.subarray(end)];
    size = all.length - end;
  }
  const rest = Buffer.concat(held);
  if (rest.length > 0) yield rest;
}

function isList(chunk: Uint8Array): boolean {
  return chunk.find((byte) => byte > space) === list;
}

/**
 * Turns a JSON array of objects into one object in a line. A line break within an object is a blank: JSON has none in
 * texts.
 */
function listCutter(): (chunk: Uint8Array) => Uint8Array {
  let [depth, isText, isEscaped] = [0, false, false];
  return (chunk) => {
    const out = new Uint8Array(chunk.length * 2);
    let length = 0;
    for (const byte of chunk) {
      if (depth === 0 && byte !== opens) continue;
      out[length++] = byte === newline ? space : byte;
      if (isEscaped) isEscaped = false;
      else if (isText) {
        if (byte === backslash) isEscaped = true;
        else if (byte === quote) isText = false;
      } else if (byte === quote) isText = true;
      else if (byte === opens) depth++;
      else if (byte === closes && --depth === 0) out[length++] = newline;
    }
    return out.subarray(0, length);
  };
}
