import { unknownRead, type Read } from "../estate/read.ts";

/** A time limit over many reads. */
export interface TimeLimit {
  readonly isOver: () => boolean;
  /** The result of a read; `timed-out` if the time is up first, and `not-attempted` if it was up before. */
  read<T>(start: () => Promise<Read<T>>): Promise<Read<T>>;
}

export function timeLimit(ms: number): TimeLimit {
  const signal = AbortSignal.timeout(ms);
  const ended = new Promise<Read<never>>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(unknownRead("timed-out"));
    });
  });
  return {
    isOver: () => signal.aborted,
    read: async (start) => (signal.aborted ? unknownRead("not-attempted") : Promise.race([start(), ended])),
  };
}
