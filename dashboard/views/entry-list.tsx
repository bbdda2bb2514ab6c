import type { Entry } from "../api/data.ts";
import { nameOf, plural } from "../format.ts";
import { Badge, Phase, Verdict } from "../parts/badge.tsx";
import { Empty } from "../parts/states.tsx";
import { Dated, Foreign, OfService, Time } from "../parts/text.tsx";
import { RequesterOf } from "../parts/requester.tsx";
import { linkTo } from "../route.ts";

interface EntryListProps {
  readonly entries: readonly Entry[];
  /** Whether all are of one connection, which the page names. */
  readonly isOfOne?: boolean;
}

/** Entries of the audit chains, newest first, one line each. */
export function EntryList({ entries, isOfOne = false }: EntryListProps) {
  if (entries.length === 0)
    return (
      <Empty title="No decisions yet">
        {isOfOne
          ? "They appear here as soon as a review of this connection decides something."
          : "They appear here as soon as the first request is reviewed."}
      </Empty>
    );
  return (
    <ul class="lines">
      {entries.map((entry) => (
        <li key={entry.id}>
          <span class="line-head">
            <span>
              <EntryKind entry={entry} />{" "}
              <a href={linkTo("decision", entry.id)}>
                <Foreign text={nameOf(entry.connection ?? entry.service ?? entry.id)} />
              </a>{" "}
              {isOfOne || entry.connection === undefined ? null : <OfService connection={entry.connection} />}
            </span>
            <Time at={entry.at} />
          </span>
          {isOfOne || entry.connection === undefined ? null : <RequesterOf connection={entry.connection} />}
          <small class="muted clamp">
            <Dated text={sentenceOf(entry)} />
          </small>
        </li>
      ))}
    </ul>
  );
}

export function EntryKind({ entry }: { readonly entry: Entry }) {
  switch (entry.kind) {
    case "decision":
      return <Decision entry={entry} />;
    case "outcome":
      return <Outcome entry={entry} />;
    case "adoption":
    case "archival":
      return <Badge tone="calm" text={entry.kind} />;
  }
}

/** What was decided. Whether it was applied, its outcome says, in an entry of its own. */
function Decision({ entry: { verdict, person, restrained } }: { readonly entry: Entry }) {
  if (restrained !== undefined)
    return (
      <>
        <span class="muted">approval withheld by the {restrained} breaker</span> <Verdict verdict="hold" />
      </>
    );
  return (
    <>
      <span class="muted">{person === undefined ? "decided" : "a person decided"}</span>{" "}
      <Verdict verdict={person?.verdict ?? verdict?.kind} />
    </>
  );
}

/** What was applied, where something was: Approved and Rejected are not told apart by the phase. */
function Outcome({ entry: { phase = "outcome", state } }: { readonly entry: Entry }) {
  if (phase !== "Applied" || state === undefined) return <Phase phase={phase} />;
  return (
    <>
      <span class="muted">on Azure</span> <Badge tone={state === "Rejected" ? "bad" : "good"} text={state} />
    </>
  );
}

export function sentenceOf({ verdict, person, reason, connections, from, to, kind }: Entry): string {
  if (person !== undefined) return `${person.by}: ${person.reason}`;
  if (verdict !== undefined) return verdict.reasons.join("; ");
  if (kind === "adoption") return `${plural(connections?.length ?? 0, "connection")} left as found`;
  if (kind === "archival") return `entries ${from ?? ""} to ${to ?? ""} moved to the archive`;
  return reason ?? "";
}
