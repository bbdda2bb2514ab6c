import type { Answer } from "../../src/functions/http/answers.ts";
import { connectionOf } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { exactTime } from "../format.ts";
import { Phase } from "../parts/badge.tsx";
import { ConnectionLink, Foreign } from "../parts/text.tsx";

/** What became of a decision. It follows Azure as long as the dialog is open. */
export function DecisionOutcome({ answer }: { readonly answer: Answer<"PersonalDecision"> }) {
  const { verdict, by, applied, waitsFor, until, connection } = answer;
  const { value: record } = useFeed(connectionOf(connection));
  const target = verdict === "approve" ? "Approved" : "Rejected";
  // An answer from before the decision says nothing about it.
  const now = record?.decisionId === answer.decisionId ? record : undefined;
  const isApplied = applied || now?.state === target;
  const difficulty = now === undefined ? waitsFor : (now.difficulty ?? waitsFor);
  return (
    <div role="status">
      <p>
        {target} by <Foreign text={by} />.{" "}
        {isApplied ? "Azure shows the new state." : "It is recorded; Azure follows."}
        {until === undefined ? null : ` The approval ends ${exactTime(until)}.`}
      </p>
      {isApplied || difficulty === undefined ? null : (
        <p class="muted">
          It waits: <Foreign text={difficulty} />. This is read again by itself.
        </p>
      )}
      <p>
        <ConnectionLink id={connection} /> {now === undefined ? null : <Phase phase={now.phase} />}
      </p>
    </div>
  );
}
