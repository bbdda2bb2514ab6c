/** What a figure should be. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

interface Wanted {
  readonly unit: string;
  /** None for a figure that only shows what something costs. */
  readonly goal?: Goal;
}

const atMost = (unit: string, value: number): Wanted => ({ unit, goal: { atMost: value } });
const atLeast = (unit: string, value: number): Wanted => ({ unit, goal: { atLeast: value } });

/** Every figure by name, with its goal. The only place that knows goals. */
export const goals = {
  "decisions with 5 rules, as a multiple of the fastest peer": atLeast("×", 1.5),
  "decisions with 5 rules, the hand-written limit as a multiple": atMost("×", 2.5),
  "decisions with 50 rules, as a multiple of the fastest peer": atLeast("×", 1),
  "decisions with 1,000 rules, as a multiple of the fastest peer": atLeast("×", 10),
  "decisions with 1,000 rules, the hand-written limit as a multiple": atMost("×", 3),
  "a decision with 1,000 rules, as a multiple of one with 5": atMost("×", 4),
  "a decision with 10,000 rules, as a multiple of one with 1,000": atMost("×", 1.3),
  "a decision with 1,000 rules, 99th percentile": atMost("µs", 10),
  "preparing the facts for 5 rules": atMost("µs", 1),
  "preparing the facts for 1,000 rules": atMost("µs", 1),
  "explaining the deciding rule of 1,000": atMost("µs", 5),
  "checking and compiling 1,000 rules": atMost("ms", 50),
  "memory of 1,000 compiled rules": atMost("MB", 5),
  "10,000 rules from text to compiled": atMost("ms", 1_000),
  "first decision of a fresh process, 5 rules": atMost("ms", 10),
  "registering every function, as a multiple of the bare import": atMost("×", 1.3),
  "the first event, as a share of importing every package": atMost("×", 1 / 3),
  "first verdict of a fresh process, 5 rules": { unit: "ms" },
  "first verdict of a fresh process, 1,000 rules": { unit: "ms" },
  "round trips to Azure until a verdict is recorded": atMost("", 4),
  "round trips to Azure until an approval is verified": atMost("", 8),
  "a recorded verdict, beyond its round trips": atMost("ms", 100),
  "a verified approval, beyond its round trips": atMost("ms", 100),
  "operations on the table of an approving review": { unit: "" },
  "queries of a sweep, for each 1,000 services": atMost("", 1),
  "calls to Azure of an approving review": atMost("", 8),
  "calls that Azure refused": atMost("", 0),
  "largest heap of a sweep": atMost("MB", 150),
  "heap of a sweep, most services": atMost("MB", 150),
  "heap of a sweep, most connections": { unit: "MB" },
  "decisions replayed a second": { unit: "" },
  "memory of a replay": { unit: "MB" },
  "the last of 10 approvals, as a multiple of Azure's own time": { unit: "×" },
  "weight of the dashboard, compressed": atMost("kB", 100),
  "request to the dashboard's first table": atMost("ms", 1_000),
  "longest task while the dashboard scrolls": atMost("ms", 200),
  "answers to events, 99th percentile, one process": atMost("ms", 500),
  "answers to events, 99th percentile, three processes": atMost("ms", 500),
  "answers to a burst, 99th percentile, one process": atMost("ms", 500),
  "answers to a burst, 99th percentile, three processes": atMost("ms", 500),
  "requests lost, one process": atMost("", 0),
  "requests lost, three processes": atMost("", 0),
  "memory in the second half of a load, as a multiple of the first, one process": atMost("×", 1.2),
  "memory in the second half of a load, as a multiple of the first, three processes": atMost("×", 1.2),
} as const satisfies Readonly<Record<string, Wanted>>;

export type FigureName = keyof typeof goals;
