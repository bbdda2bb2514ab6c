import type { ArmResponse } from "../arm/response.ts";

/** How a request fails. `server.ts` carries each kind out. */
type FaultKind =
  /** The request has no effect and gets this response. */
  | { readonly kind: "answer"; readonly answer: ArmResponse }
  /** The request has no effect and never gets a response. */
  | { readonly kind: "hang" }
  /** The connection breaks, before or after the request had its effect. */
  | { readonly kind: "reset"; readonly applied: boolean };

/** A rule that makes matching requests fail. */
interface Fault {
  readonly method?: string;
  /** Part of the path, in lower case. */
  readonly path: string;
  /** How many matching requests succeed first; 0 by default. */
  readonly after?: number;
  /** How many matching requests fail after that; 1 by default. */
  readonly times?: number;
  readonly does: FaultKind;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Counts a request against the rules and returns how it fails, if it does. */
  apply(method: string, path: string): FaultKind | undefined;
}

export function faults(): Faults {
  let active: { readonly fault: Fault; matched: number; failed: number }[] = [];
  return {
    add: (fault) => {
      active.push({ fault, matched: 0, failed: 0 });
    },
    clear: () => {
      active = [];
    },
    apply: (method, path) => {
      for (const state of active) {
        const { fault } = state;
        if ((fault.method ?? method) !== method || !path.toLowerCase().includes(fault.path)) continue;
        if (state.matched++ < (fault.after ?? 0) || state.failed >= (fault.times ?? 1)) continue;
        state.failed++;
        return fault.does;
      }
      return undefined;
    },
  };
}
