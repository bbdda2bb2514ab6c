import type { CompiledPolicy } from "./compile/compile.ts";
import type { UnknownReason } from "./values/fact.ts";
import type { Outline } from "./outline.ts";

/** The policy in force, or the reasons why there is none. The hash covers the files and the parameters. */
export type LoadedPolicy =
  | {
      readonly kind: "valid";
      readonly name: string;
      readonly hash: string;
      readonly compiled: CompiledPolicy;
      /** Built on demand, by parsing the files again. */
      readonly outline: () => Outline;
    }
  | {
      readonly kind: "invalid";
      readonly hash: string;
      readonly problems: readonly string[];
      /** Set if the policy could not be read for a transient reason: no policy change is reported, and no verdict given. */
      readonly unread?: UnknownReason;
    };
