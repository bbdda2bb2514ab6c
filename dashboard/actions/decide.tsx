import { useContext, useId, useState } from "preact/hooks";
import type { Answer } from "../../src/functions/http/answers.ts";
import { post } from "../api/client.ts";
import { access } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { exactTime, nameOf, serviceOf } from "../format.ts";
import { Foreign } from "../parts/text.tsx";
import { useAction } from "./act.ts";
import { ConfirmForm, TextField } from "./confirm-form.tsx";
import { Dialog, OpenDialog } from "./dialog.tsx";

type Choice = "approve" | "reject";

/** A person's decision on a held connection. It needs a token that names the person, so that only such callers see it. */
export function DecideButtons({ connection }: { readonly connection: string }) {
  const { value } = useFeed(access);
  const open = useContext(OpenDialog);
  if (value === undefined || value.decideRefused !== null) return null;
  const name = nameOf(connection);
  const ask = (choice: Choice) =>
    open((close) => (
      <DecideDialog connection={connection} choice={choice} by={value.caller ?? ""} onClose={close} />
    ));
  return (
    <>
      <button type="button" aria-label={`Approve ${name}`} onClick={() => ask("approve")}>
        Approve
      </button>
      <button type="button" aria-label={`Reject ${name}`} onClick={() => ask("reject")}>
        Reject
      </button>
    </>
  );
}

const verbs = { approve: ["Approve", "Approved"], reject: ["Reject", "Rejected"] } as const;

interface DialogProps {
  readonly connection: string;
  readonly choice: Choice;
  readonly by: string;
  readonly onClose: () => void;
}

function DecideDialog({ connection, choice, by, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const [end, setEnd] = useState("");
  const [progress, run] = useAction<Answer<"PersonalDecision">>();
  const [verb, state] = verbs[choice];
  // The day that is named is the last one, where the person is.
  const until = end === "" ? {} : { until: new Date(`${end}T23:59:59`).toISOString() };
  return (
    <Dialog title={`${verb} ${nameOf(connection)}`} onClose={onClose}>
      {progress.kind === "done" ? (
        <>
          <Outcome answer={progress.answer} />
          <footer class="actions">
            <button type="button" onClick={onClose}>
              Close
            </button>
          </footer>
        </>
      ) : (
        <ConfirmForm
          onConfirm={() =>
            run(() => post("connections/decide", { connection, verdict: choice, reason, ...until }))
          }
          onCancel={onClose}
          confirm={`Set it to ${state}`}
          canConfirm={reason.trim() !== ""}
          isDangerous={choice === "reject"}
          progress={progress}
        >
          <Effect choice={choice} connection={connection} />
          <p class="muted">
            Recorded as the decision of <Foreign text={by} />, with the reason, in the audit chain.
          </p>
          <TextField
            label="Reason, which the requester reads on Azure"
            value={reason}
            onChange={setReason}
            isLong
          />
          {choice === "approve" ? <EndField value={end} onChange={setEnd} /> : null}
        </ConfirmForm>
      )}
    </Dialog>
  );
}

interface EndFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function EndField({ value, onChange }: EndFieldProps) {
  const field = useId();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  return (
    <div>
      <label for={field}>
        Last day of the approval <span class="muted">(optional)</span>
      </label>
      <input
        id={field}
        type="date"
        min={tomorrow}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="muted">
        Its end is announced, and then the policy judges the connection anew. Empty: it has no end.
      </p>
    </div>
  );
}

/** What the decision will do, before it is confirmed. */
function Effect({ choice, connection }: Pick<DialogProps, "choice" | "connection">) {
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

function Outcome({
  answer: { verdict, by, applied, waitsFor, until },
}: {
  readonly answer: Answer<"PersonalDecision">;
}) {
  return (
    <div role="status">
      <p>
        {verdict === "approve" ? "Approved" : "Rejected"} by <Foreign text={by} />.{" "}
        {applied ? "Azure shows the new state." : "It is recorded; Azure follows."}
        {until === undefined ? null : ` The approval ends ${exactTime(until)}.`}
      </p>
      {waitsFor === undefined ? null : (
        <p class="muted">
          It waits: <Foreign text={waitsFor} />
        </p>
      )}
    </div>
  );
}
