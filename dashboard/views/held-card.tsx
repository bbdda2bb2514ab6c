import { decision, type Connection } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { DecideButtons } from "../actions/decide.tsx";
import { DecideElsewhere } from "../actions/may-decide.tsx";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, serviceOf } from "../format.ts";
import { useState } from "preact/hooks";
import { Explanation } from "../parts/explanation.tsx";
import { Shown } from "../parts/states.tsx";
import { ConnectionLink, Dated, Foreign, Message, Time } from "../parts/text.tsx";

/** A connection that needs a person: who asks for what, why it is held, and the buttons to decide it. */
export function HeldCard({ connection: each }: { readonly connection: Connection }) {
  const { connection, reason = "", firstSeenAt, endpointId, message, decisionId } = each;
  const [isOpen, setOpen] = useState(false);
  const name = nameOf(connection);
  return (
    <>
      <header class="card-head">
        <h2>
          <ConnectionLink id={connection} />
        </h2>
        <span class="muted">
          first seen <Time at={firstSeenAt} />
        </span>
      </header>
      <p class="muted">
        wants to reach <Foreign text={nameOf(serviceOf(connection))} />
        {endpointId === undefined ? null : (
          <>
            {" "}
            from the subscription <Foreign text={endpointId.split("/")[2] ?? ""} />
          </>
        )}
      </p>
      {message === undefined ? null : (
        <p>
          Requester's message: <Message text={message} />
        </p>
      )}
      <p>
        <Dated text={reason} />
      </p>
      <div class="card-foot">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={isOpen ? `Hide the explanation of ${name}` : `Why is ${name} held?`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide the explanation" : "Why?"}
        </button>
        <div class="actions">
          <ReevaluateButton scope={connection} what={name} />
          <DecideButtons connection={each} />
        </div>
      </div>
      <DecideElsewhere connection={connection} />
      {isOpen && decisionId !== undefined ? (
        <DecisionExplained id={decisionId} hasMessage={message !== undefined} />
      ) : null}
    </>
  );
}

interface ExplainedProps {
  readonly id: string;
  /** Whether the message stands on the card already. Records of earlier versions do not have it. */
  readonly hasMessage: boolean;
}

function DecisionExplained({ id, hasMessage }: ExplainedProps) {
  const known = useFeed(decision(id));
  return (
    <Shown known={known} what="the explanation">
      {(entry) => (
        <>
          {hasMessage ? null : (
            <p>
              Requester's message: <Message text={entry.message} />
            </p>
          )}
          <Explanation entry={entry} hasReasons={false} />
        </>
      )}
    </Shown>
  );
}
