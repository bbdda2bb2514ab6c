import type { Answer } from "./answer.ts";

/** What goes wrong with a request. */
export type FaultKind =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** The request is taken, and never answered. */
  | { readonly kind: "hang" }
  /** The connection breaks, before or after the request had its effect. */
  | { readonly kind: "reset"; readonly applied: boolean };

export interface Fault {
  readonly method?: string;
  /** Part of the path, in lower case. */
  readonly path: string;
  /** How many matching requests pass before it strikes, and how many it strikes. */
  readonly after?: number;
  readonly times?: number;
  readonly does: FaultKind;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** What goes wrong with this request, if anything; counts it. */
  strike(method: string, path: string): FaultKind | undefined;
}

export function faults(): Faults {
  let active: { readonly fault: Fault; passed: number; struck: number }[] = [];
  return {
    add: (fault) => {
      active.push({ fault, passed: 0, struck: 0 });
    },
    clear: () => {
      active = [];
    },
    strike: (method, path) => {
      for (const state of active) {
        const { fault } = state;
        if ((fault.method ?? method) !== method || !path.toLowerCase().includes(fault.path)) continue;
        if (state.passed++ < (fault.after ?? 0) || state.struck >= (fault.times ?? 1)) continue;
        state.struck++;
        return fault.does;
      }
      return undefined;
    },
  };
}
