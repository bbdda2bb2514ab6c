/** Runs work with the same key one at a time, within this process. */
export interface KeyedMutex {
  runExclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function keyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return {
    runExclusive: <T>(key: string, work: () => Promise<T>) => {
      const before = last.get(key) ?? Promise.resolve();
      // A failure belongs to its own caller.
      const mine = before.then(work, work);
      last.set(key, mine);
      const forget = () => {
        if (last.get(key) === mine) last.delete(key);
      };
      mine.then(forget, forget);
      return mine;
    },
  };
}
