import { useContext, useId, useState } from "preact/hooks";
import type { Answer } from "../../src/functions/http/answers.ts";
import { post } from "../api/client.ts";
import { decision, health, type Connection } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { endOfDay, exactTime, localDay, nameOf, serviceOf } from "../format.ts";
import { BreakerNotice } from "../parts/breaker.tsx";
import { Properties } from "../parts/layout.tsx";
import { ArmId, Dated, Foreign, Message } from "../parts/text.tsx";
import { useAction } from "./act.ts";
import { ConfirmForm, TextField } from "./confirm-form.tsx";
import { DecisionOutcome } from "./decision-outcome.tsx";
import { CloseFooter, Dialog, OpenDialog } from "./dialog.tsx";
import { useMayDecide, type Choice } from "./may-decide.tsx";

interface ButtonsProps {
  readonly connection: Connection;
}

/**
 * A person's decision on a held connection, or in place of an approval that waits: only the choices that the app would
 * follow.
 */
export function DecideButtons({ connection }: ButtonsProps) {
  const may = useMayDecide();
  const open = useContext(OpenDialog);
  if (may === undefined) return null;
  const name = nameOf(connection.connection);
  return (
    <>
      {may.choices.map((choice) => (
        <button
          key={choice}
          type="button"
          aria-label={`${verbs[choice][0]} ${name}`}
          onClick={() =>
            open((close) => <DecideDialog of={connection} choice={choice} by={may.caller} onClose={close} />)
          }
        >
          {verbs[choice][0]}
        </button>
      ))}
    </>
  );
}

const verbs = { approve: ["Approve", "Approved"], reject: ["Reject", "Rejected"] } as const;

interface DialogProps {
  readonly of: Connection;
  readonly choice: Choice;
  readonly by: string;
  readonly onClose: () => void;
}

function DecideDialog({ of, choice, by, onClose }: DialogProps) {
  const { connection } = of;
  const [reason, setReason] = useState("");
  const before = choice === "approve" ? of.term?.until : undefined;
  const firstEnd = before === undefined ? "" : localDay(new Date(before));
  const [end, setEnd] = useState(firstEnd);
  const [progress, run] = useAction<Answer<"PersonalDecision">>();
  const [verb, state] = verbs[choice];
  // The end that was given before may be at any time of its day.
  const until = end !== "" && end === firstEnd ? before : endOfDay(end)?.toISOString();
  return (
    <Dialog title={`${verb} ${nameOf(connection)}`} onClose={onClose}>
      {progress.kind === "done" ? (
        <>
          <DecisionOutcome answer={progress.answer} />
          <CloseFooter onClose={onClose} />
        </>
      ) : (
        <ConfirmForm
          onConfirm={() =>
            run(() =>
              post("connections/decide", {
                connection,
                verdict: choice,
                reason,
                ...(until === undefined ? {} : { until }),
              }),
            )
          }
          onCancel={onClose}
          confirm={`Set it to ${state}`}
          canConfirm={reason.trim() !== "" && (end === "" || until !== undefined)}
          isDangerous={choice === "reject"}
          progress={progress}
        >
          <Asked of={of} />
          <Effect choice={choice} connection={connection} />
          {choice === "approve" ? <WaitsForBreaker /> : null}
          <p class="muted">
            Recorded as the decision of <Foreign text={by} />, with the reason, in the audit chain.
          </p>
          <TextField
            label="Reason, which the requester reads on Azure"
            value={reason}
            onChange={setReason}
            isLong
          />
          {choice === "approve" ? (
            <EndField value={end} until={until} before={before} onChange={setEnd} />
          ) : null}
        </ConfirmForm>
      )}
    </Dialog>
  );
}

interface EndFieldProps {
  readonly value: string;
  readonly until: string | undefined;
  /** The end of the approval that this one replaces. */
  readonly before: string | undefined;
  readonly onChange: (value: string) => void;
}

function EndField({ value, until, before, onChange }: EndFieldProps) {
  const field = useId();
  return (
    <div>
      <label for={field}>
        Last day of the approval <span class="muted">(optional)</span>
      </label>
      <input
        id={field}
        type="date"
        min={localDay(new Date())}
        max="9999-12-31"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {before === undefined ? null : (
        <p>It ends {exactTime(Date.parse(before))} so far. The new decision replaces that end.</p>
      )}
      <p class="muted">
        {value === ""
          ? "Empty: the approval has no end."
          : until === undefined
            ? "Not a valid date. Enter a year of four digits, or clear the field."
            : `The approval ends ${exactTime(Date.parse(until))}.`}{" "}
        An end is announced, and then the policy re-evaluates the connection.
      </p>
    </div>
  );
}

/** What the decision will do, before it is confirmed. */
function Effect({ choice, connection }: { readonly choice: Choice; readonly connection: string }) {
  const service = <Foreign text={nameOf(serviceOf(connection))} />;
  return choice === "approve" ? (
    <p>
      The connection is set to Approved on Azure, and the requester can send traffic to {service} through its
      endpoint. The policy is not asked again, except for its reject rules.
    </p>
  ) : (
    <p>
      The connection is set to Rejected on Azure, and the requester cannot reach {service}.{" "}
      <strong>Azure does not take a rejection back</strong>: the requester has to create a new endpoint.
    </p>
  );
}

/** An approval is recorded at once, and waits while the approvals breaker is open. */
function WaitsForBreaker() {
  const { value, problem } = useFeed(health);
  // Where the state was not read, so were the breakers not.
  const isUnread = value === undefined ? problem !== undefined : value.stateUnread !== null;
  if (isUnread)
    return (
      <p class="notice warn">
        Whether the approvals breaker is open could not be read. While it is open, the approval is recorded
        and waits.
      </p>
    );
  if (value === undefined || value.breakers.approvals === null) return null;
  return (
    <p class="notice warn">
      <BreakerNotice name="approvals" />
      {value.mode === "enforce" ? " Until it is sent to Azure, it can be taken back by a rejection." : null}
    </p>
  );
}

/** Who asks, in whose words, and why the policy left it to a person. */
function Asked({ of }: { readonly of: Connection }) {
  const { endpointId, message, reason, decisionId } = of;
  return (
    <Properties
      isWhole
      of={[
        ["Requester", endpointId === undefined ? undefined : <ArmId id={endpointId} />],
        [
          "Requester's message",
          message !== undefined ? (
            <Message text={message} />
          ) : decisionId === undefined ? undefined : (
            <MessageOf decision={decisionId} />
          ),
        ],
        [
          of.phase === "Held" ? "Held because" : "Decided before",
          reason === undefined ? undefined : <Dated text={reason} />,
        ],
      ]}
    />
  );
}

function MessageOf({ decision: id }: { readonly decision: string }) {
  const { value } = useFeed(decision(id));
  if (value === undefined) return <span class="muted">not read yet</span>;
  return <Message text={value.message} />;
}
