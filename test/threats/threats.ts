import { contents } from "./contents.ts";
import { forgedInput } from "./forged-input.ts";
import { reachAndLoad } from "./reach-and-load.ts";
import { supplyAndRights } from "./supply-and-rights.ts";
import { textsAndDecisions } from "./texts-and-decisions.ts";
import type { Mitigation, Threats } from "./mitigation.ts";

/** Every threat of SECURITY.md. */
export const threats: Threats = {
  ...forgedInput,
  ...textsAndDecisions,
  ...reachAndLoad,
  ...contents,
  ...supplyAndRights,
};

export const mitigations: readonly (Mitigation & { readonly threat: string })[] = Object.entries(
  threats,
).flatMap(([threat, each]) => (each ?? []).map((mitigation) => ({ ...mitigation, threat })));
