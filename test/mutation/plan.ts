/** What the process of the tests writes to its log, one a line, in JSON. */
export type Line =
  /** Switches that were called outside of tests: while a module was loaded, or in a hook for all tests. */
  | { readonly outside: readonly number[] }
  | {
      readonly ran: string;
      readonly file: string;
      readonly name: string;
      readonly ms: number;
      readonly reaches: readonly number[];
      readonly failed: boolean;
    }
  | { readonly trying: number; readonly test: string }
  | { readonly noticed: number; readonly test: string }
  | { readonly unrepeatable: string }
  | { readonly endless: number };

/** The mutants that each test is to try, by the test's id. A test that is not in it is run without one, and noted. */
export interface Plan {
  readonly log: string;
  /** A mutant that is on from the start, while modules are loaded too. */
  readonly alone?: number;
  readonly tests: Readonly<Record<string, readonly number[]>>;
}

/** Where the plan is. */
export const planVariable = "MUTATION_PLAN";
