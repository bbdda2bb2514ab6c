import type { CompiledPolicy } from "../policy/compile/compile.ts";
import { replayer } from "./replay.ts";
import { count, emptyTally, type Tally } from "./tally.ts";

export interface ReplayedLines {
  readonly tally: Tally;
  /** The first line that is no entry of a chain. */
  readonly malformed?: string;
}

const newline = 0x0a;

/**
 * Replays the entries of a part of an export, one in a line. Each line is decoded for itself: a slice of a large text
 * would be copied again before it is parsed.
 */
export function lineReplayer(policy: CompiledPolicy): (bytes: Uint8Array) => ReplayedLines {
  const replay = replayer(policy);
  return (bytes) => {
    const tally = emptyTally();
    for (const line of linesOf(bytes)) {
      if (line.trim() === "") continue;
      const replayed = replay(line);
      if (replayed.kind === "malformed") return { tally, malformed: line };
      count(tally, replayed);
    }
    return { tally };
  };
}

function* linesOf(bytes: Uint8Array): Generator<string> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < all.length;) {
    const found = all.indexOf(newline, start);
    const end = found < 0 ? all.length : found;
    yield all.toString("utf8", start, end);
    start = end + 1;
  }
}
