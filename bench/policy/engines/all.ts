import { cedar } from "./cedar.ts";
import { cel } from "./cel.ts";
import { drawbridge } from "./drawbridge.ts";
import type { Engine } from "./engine.ts";
import { handWritten } from "./hand-written.ts";
import { jsonLogic } from "./json-logic.ts";

const all: readonly (Engine | undefined)[] = [handWritten, drawbridge, jsonLogic, cel, cedar];

/** The engines that are installed. */
export const engines: readonly Engine[] = all.filter((each) => each !== undefined);
export const peersAreMissing = all.includes(undefined);

/** Peers whose cost grows with the rules take minutes for ten thousand, without telling more than a thousand do. */
const onlyOurs = "XL";

export function enginesFor(set: string): readonly Engine[] {
  return engines.filter(
    (each) => each.omits?.includes(set) !== true && (set !== onlyOurs || each === drawbridge),
  );
}
