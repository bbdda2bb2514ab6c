import type { Env } from "../language/env.ts";
import type { Truth } from "../values/truth.ts";

/** A condition as a function of prepared facts. */
export type CompiledCondition = (env: Env) => Truth;
