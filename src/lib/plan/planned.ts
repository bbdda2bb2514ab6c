import type { UnknownFact } from "../policy/evaluate/verdict.ts";

/** What a policy would do with a connection. */
export interface Planned {
  readonly connection: string;
  /** Its state now. */
  readonly state: string;
  readonly action: PlannedAction;
  /** How long an approval lasts; absent where it has no end. */
  readonly forMs?: number;
  /** The deciding rule; undefined if the default or a limit decides. */
  readonly rule?: string;
  readonly reasons: readonly string[];
  readonly unknown: readonly UnknownFact[];
}

/** `keep`: the policy rejects what is Approved, and something stands against taking it back. */
type PlannedAction = "approve" | "reject" | "hold" | "revoke" | "recertify" | "keep";
