/** A state as a word with a colour. The word alone says it, so that nobody depends on the colour. */

import { visible } from "../visible.ts";

export type Tone = "good" | "bad" | "warn" | "info" | "calm";

export function Badge({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return <span class={`badge ${tone}`}>{visible(text)}</span>;
}

const phaseTones: Readonly<Record<string, Tone>> = {
  Applied: "good",
  Held: "warn",
  Failed: "bad",
  Overridden: "info",
  Revoked: "bad",
  Decided: "info",
  Applying: "info",
};

interface PhaseProps {
  readonly phase: string;
  /** State on Azure, where it is known: a rejection is applied too, and is no good news. */
  readonly state?: string | undefined;
}

export function Phase({ phase, state }: PhaseProps) {
  const tone = phase === "Applied" && state === "Rejected" ? "bad" : phaseTones[phase];
  return <Badge tone={tone ?? "calm"} text={phase} />;
}

const verdictTones: Readonly<Record<string, Tone>> = { approve: "good", reject: "bad", hold: "warn" };

export function Verdict({ verdict }: { readonly verdict: string | undefined }) {
  if (verdict === undefined) return <span class="muted">no verdict yet</span>;
  return <Badge tone={verdictTones[verdict] ?? "calm"} text={verdict} />;
}

const severityTones: Readonly<Record<string, Tone>> = { critical: "bad", warning: "warn", info: "calm" };

export function Severity({ severity }: { readonly severity: string }) {
  return <Badge tone={severityTones[severity] ?? "calm"} text={severity} />;
}

const addressTones: Readonly<Record<string, Tone>> = {
  right: "good",
  drifted: "bad",
  unknown: "warn",
  gone: "warn",
  vacated: "warn",
};

export function AddressState({ state }: { readonly state: string }) {
  return <Badge tone={addressTones[state] ?? "calm"} text={state} />;
}
