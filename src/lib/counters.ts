/** What happened in this process since it started; the log has the same for all processes. */
export interface Counters {
  count(name: string): void;
  all(): Readonly<Record<string, number>>;
}

export function counters(): Counters {
  const counts = new Map<string, number>();
  return {
    count: (name) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}
