import type { CompiledPolicy } from "./compile/compile.ts";
import type { UnknownReason } from "./values/fact.ts";
import type { Outline } from "./outline.ts";

/** The policy in force, or why there is none. The hash covers the files and the parameters. */
export type LoadedPolicy =
  | {
      readonly kind: "valid";
      readonly name: string;
      readonly hash: string;
      readonly compiled: CompiledPolicy;
      /** Made when somebody asks, by reading the files once more. */
      readonly outline: () => Outline;
    }
  | {
      readonly kind: "invalid";
      readonly hash: string;
      readonly problems: readonly string[];
      /** Set where it could not be read for a moment: that is no change of the policy, and no verdict either. */
      readonly unread?: UnknownReason;
    };
