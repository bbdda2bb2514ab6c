import type { CompiledPolicy } from "./compile.ts";

/** The policy in force, or why there is none. The hash covers the files and the parameters. */
export type LoadedPolicy =
  | {
      readonly kind: "valid";
      readonly name: string;
      readonly hash: string;
      readonly compiled: CompiledPolicy;
    }
  | { readonly kind: "invalid"; readonly hash: string; readonly problems: readonly string[] };
