import type { Entry } from "../api/data.ts";
import { nameOf, plural } from "../format.ts";
import { Badge, Phase, Verdict } from "../parts/badge.tsx";
import { Empty } from "../parts/states.tsx";
import { Foreign, Time } from "../parts/text.tsx";
import { linkTo } from "../route.ts";

/** Entries of the audit chains, newest first, one line each. */
export function EntryList({ entries }: { readonly entries: readonly Entry[] }) {
  if (entries.length === 0)
    return <Empty title="No decisions yet">They appear here as soon as the first request is reviewed.</Empty>;
  return (
    <ul class="lines">
      {entries.map((entry) => (
        <li key={entry.id}>
          <span class="line-head">
            <span>
              <EntryKind entry={entry} />{" "}
              <a href={linkTo("decision", entry.id)}>
                <Foreign text={nameOf(entry.connection ?? entry.service ?? entry.id)} />
              </a>
            </span>
            <Time at={entry.at} />
          </span>
          <small class="muted clamp">
            <Foreign text={sentenceOf(entry)} />
          </small>
        </li>
      ))}
    </ul>
  );
}

export function EntryKind({ entry }: { readonly entry: Entry }) {
  switch (entry.kind) {
    case "decision":
      return <Verdict verdict={entry.verdict?.kind} />;
    case "outcome":
      return <Outcome entry={entry} />;
    case "adoption":
    case "archival":
      return <Badge tone="calm" text={entry.kind} />;
  }
}

/** What was applied, where something was: Approved and Rejected are not told apart by the phase. */
function Outcome({ entry: { phase = "outcome", state } }: { readonly entry: Entry }) {
  if (phase !== "Applied" || state === undefined) return <Phase phase={phase} />;
  return <Badge tone={state === "Rejected" ? "bad" : "good"} text={state} />;
}

export function sentenceOf({ verdict, reason, connections, from, to, kind }: Entry): string {
  if (verdict !== undefined) return verdict.reasons.join("; ");
  if (kind === "adoption") return `${plural(connections?.length ?? 0, "connection")} left as found`;
  if (kind === "archival") return `entries ${from ?? ""} to ${to ?? ""} moved to the archive`;
  return reason ?? "";
}
