import type { Decision } from "../oracle.ts";
import type { Request } from "../requests.ts";
import type { Rule } from "../rule.ts";

/** An engine under measurement. */
export interface Engine {
  readonly name: string;
  /** Sets that it is not measured on. */
  readonly omits?: readonly string[];
  compile(rules: readonly Rule[]): Compiled;
}

export interface Compiled<Prepared = unknown> {
  /** Prepares a request. Its time is not measured. */
  prepare(request: Request): Prepared;
  /** Decides on a prepared request. */
  decide(prepared: Prepared): Decision;
}

/**
 * A peer's module; undefined if the bench's packages are not installed. Untyped, so that our type check needs none of
 * them.
 */
export async function peer<T>(name: string): Promise<T | undefined> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
