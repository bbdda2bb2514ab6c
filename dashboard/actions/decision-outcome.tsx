import type { Answer } from "../../src/functions/http/answers.ts";
import { connectionOf, decision, type Connection } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { exactTime } from "../format.ts";
import { Phase } from "../parts/badge.tsx";
import { ConnectionLink, Foreign } from "../parts/text.tsx";

type Decided = Answer<"PersonalDecision">;

/** What became of a decision. It follows Azure as long as the dialog is open. */
export function DecisionOutcome({ answer }: { readonly answer: Decided }) {
  const { connection } = answer;
  const { value: record } = useFeed(connectionOf(connection));
  const { value: entry } = useFeed(decision(answer.decisionId));
  const isOwn = record?.decisionId === answer.decisionId;
  // A record that has another decision is from before this one, or from after it.
  const { decidedAt = "" } = record ?? {};
  const isReplaced = !isOwn && entry !== undefined && decidedAt > entry.at;
  const now = record && (isOwn || isReplaced) ? record : undefined;
  return (
    <div role="status">
      {now !== undefined && isReplaced ? (
        <Replaced decided={answer} now={now} />
      ) : (
        <Progress decided={answer} now={now} />
      )}
      <p>
        <ConnectionLink id={connection} /> {now === undefined ? null : <Phase phase={now.phase} />}
      </p>
    </div>
  );
}

const states = { approve: "Approved", reject: "Rejected" } as const;

function Replaced({
  decided: { verdict, by },
  now: { person },
}: {
  readonly decided: Decided;
  readonly now: Connection;
}) {
  return (
    <p>
      {states[verdict]} by <Foreign text={by} />. Another decision has replaced it:{" "}
      {person === undefined ? (
        "the policy's."
      ) : (
        <>
          {states[person.verdict]} by <Foreign text={person.by} />.
        </>
      )}
    </p>
  );
}

function Progress({ decided, now }: { readonly decided: Decided; readonly now: Connection | undefined }) {
  const { verdict, by, applied, waitsFor, until } = decided;
  const isApplied = applied || now?.state === states[verdict];
  const difficulty = now === undefined ? waitsFor : (now.difficulty ?? waitsFor);
  return (
    <>
      <p>
        {states[verdict]} by <Foreign text={by} />.{" "}
        {isApplied ? "Azure shows the new state." : "It is recorded; Azure follows."}
        {until === undefined ? null : ` The approval ends ${exactTime(until)}.`}
      </p>
      {isApplied || difficulty === undefined ? null : (
        <p class="muted">
          It waits: <Foreign text={difficulty} />. This is read again by itself.
        </p>
      )}
    </>
  );
}
