import type { CompiledPolicy } from "../policy/compile/compile.ts";
import { replayer } from "./replay.ts";
import { count, emptyTally, type Tally } from "./tally.ts";

export interface ReplayedLines {
  readonly tally: Tally;
  /** The first line that is no entry of a chain. */
  readonly malformed?: string;
}

const decoder = new TextDecoder();

/** Replays the entries of a part of an export, one in a line. */
export function lineReplayer(policy: CompiledPolicy): (bytes: Uint8Array) => ReplayedLines {
  const replay = replayer(policy);
  return (bytes) => {
    const tally = emptyTally();
    for (const line of decoder.decode(bytes).split("\n")) {
      if (line.trim() === "") continue;
      const replayed = replay(line);
      if (replayed.kind === "malformed") return { tally, malformed: line };
      count(tally, replayed);
    }
    return { tally };
  };
}
