import type { Decision } from "../oracle.ts";
import type { Request } from "../requests.ts";
import type { Rule } from "../rule.ts";

/** An engine, as the bench sees it. */
export interface Engine {
  readonly name: string;
  /** Sets that it has no answer for. */
  readonly omits?: readonly string[];
  compile(rules: readonly Rule[]): Compiled;
}

export interface Compiled<Prepared = unknown> {
  /** What may be done once per request before the decision that is measured. */
  prepare(request: Request): Prepared;
  /** Takes what `prepare` gave. */
  decide(prepared: Prepared): Decision;
}

/** A peer's module; undefined where the bench's own packages are not installed. Its types stay out of the check of ours. */
export async function peer<T>(name: string): Promise<T | undefined> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
