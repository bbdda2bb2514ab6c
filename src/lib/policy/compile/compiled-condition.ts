import type { Env } from "../language/env.ts";
import type { Truth } from "../values/truth.ts";

/** A condition ready to be asked, as often as there are facts. */
export type CompiledCondition = (env: Env) => Truth;
