import type { CompiledPolicy } from "./compile/compile.ts";
import type { PolicyText } from "./source/policy-text.ts";
import type { UnknownReason } from "./values/unknown-reason.ts";
import type { Outline } from "./outline.ts";

/** What a policy was loaded from, for a caller that loads the same policy elsewhere. */
interface PolicySource {
  readonly files: readonly PolicyText[];
  /** The file of the parameters' values. */
  readonly parameters?: PolicyText;
  /** Values by parameter name, which override those of the file. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The policy in force, or the reasons why there is none. The hash tells it from any other; what is shown and recorded
 * is `deciderHash`, which covers the mode too.
 */
export type LoadedPolicy =
  | {
      readonly kind: "valid";
      readonly name: string;
      readonly hash: string;
      readonly compiled: CompiledPolicy;
      /** Built on demand, by parsing the files again. */
      readonly outline: () => Outline;
      readonly source: PolicySource;
    }
  | {
      readonly kind: "invalid";
      readonly hash: string;
      readonly problems: readonly string[];
      /**
       * Set if the policy could not be read for a transient reason: no policy change is reported, and no verdict given.
       */
      readonly unread?: UnknownReason;
    };
