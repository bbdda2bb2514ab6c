/**
 * The sizes of each benchmark, as values of its options: `alone`, and `together` in a run of all, which ends within
 * fifteen minutes on two processors.
 */
export const sizes = {
  policy: {
    alone: { requests: "10000", "budget-ms": "2000", rounds: "15", sets: "S,M,L,XL" },
    together: { requests: "5000", "budget-ms": "1000", rounds: "9", sets: "S,M,L,XL" },
  },
  coldstart: {
    alone: { rounds: "9", rules: "5,1000" },
    together: { rounds: "5", rules: "5,1000" },
  },
  review: {
    alone: { "latency-ms": "500", reviews: "5" },
    together: { "latency-ms": "400", reviews: "3" },
  },
  sweep: {
    alone: { services: "10000", subscriptions: "1", changes: "100" },
    together: { services: "2000", subscriptions: "10", changes: "20" },
  },
  estate: {
    alone: { estates: "1000x0,10000x0,100000x0,1000x10000,1000x100000,10000x1000000" },
    together: { estates: "1000x0,10000x0,1000x10000" },
  },
  replay: {
    alone: { decisions: "100000,1000000", "budget-ms": "2000" },
    together: { decisions: "10000,30000,100000", "budget-ms": "1000" },
  },
  approvals: {
    alone: { counts: "1,10,100,200", processes: "1,3" },
    together: { counts: "10", processes: "3" },
  },
  dashboard: {
    alone: { connections: "1000,10000,30000", visits: "5" },
    together: { connections: "1000,10000,30000", visits: "3" },
  },
  load: {
    alone: {
      "events-per-second": "50",
      seconds: "60",
      burst: "1000",
      processes: "1,3",
      services: "500",
      "sweep-minutes": "5",
    },
    together: {
      "events-per-second": "50",
      seconds: "5",
      burst: "100",
      processes: "1,3",
      services: "500",
      "sweep-minutes": "1",
    },
  },
} as const;

export type BenchName = keyof typeof sizes;

export const benchNames = Object.keys(sizes) as readonly BenchName[];

/** The values of a benchmark's options, as text. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;
