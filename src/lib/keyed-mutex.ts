/** Lets work on the same thing happen one after the other within this process; other processes have their own. */
export interface KeyedMutex {
  runExclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function keyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return {
    runExclusive: <T>(key: string, work: () => Promise<T>) => {
      const before = last.get(key) ?? Promise.resolve();
      // What became of the work before is its own caller's business.
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
