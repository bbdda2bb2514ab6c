import { useContext, useState } from "preact/hooks";
import type { Answer } from "../../src/functions/http/answers.ts";
import { post } from "../api/client.ts";
import { access, type AddressSet } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { nameOf, plural } from "../format.ts";
import { useAction, type Progress } from "./act.ts";
import { ConfirmForm, TextField } from "./confirm-form.tsx";
import { CloseFooter, Dialog, OpenDialog } from "./dialog.tsx";
import { Foreign } from "../parts/text.tsx";

/** A person's word that drifted addresses are right. It is shown only to callers who may change something. */
export function AcknowledgeButton({ set }: { readonly set: AddressSet }) {
  const { value } = useFeed(access);
  const open = useContext(OpenDialog);
  if (value === undefined || value.changeRefused !== null) return null;
  if (set.origin.kind === "declared")
    return (
      <span class="muted">
        The baseline is declared in <Foreign text={set.origin.file ?? "a file"} />: change it there.
      </span>
    );
  return (
    <button
      type="button"
      aria-label={`Acknowledge the ${set.kind} addresses of ${nameOf(set.resource)}`}
      onClick={() => open((close) => <AcknowledgeDialog set={set} caller={value.caller} onClose={close} />)}
    >
      Acknowledge
    </button>
  );
}

interface DialogProps {
  readonly set: AddressSet;
  readonly caller: string | null;
  readonly onClose: () => void;
}

function AcknowledgeDialog({ set, caller, onClose }: DialogProps) {
  const { resource, kind } = set;
  const [progress, run] = useAction<Answer<"Acknowledged">>();
  return (
    <Dialog title={`Acknowledge the ${kind} addresses of ${nameOf(resource)}`} onClose={onClose}>
      {progress.kind === "done" ? (
        <>
          <p role="status">
            {progress.answer.outcome === "unchanged"
              ? "They already were the baseline."
              : "They are the new baseline, and the drift is closed."}
          </p>
          <CloseFooter onClose={onClose} />
        </>
      ) : (
        <AcknowledgeForm set={set} caller={caller} onClose={onClose} progress={progress} run={run} />
      )}
    </Dialog>
  );
}

interface FormProps extends DialogProps {
  readonly progress: Progress<Answer<"Acknowledged">>;
  readonly run: (request: () => Promise<Answer<"Acknowledged">>) => void;
}

/** What an acknowledgement will do, and what it needs: a reason, and a name where no token gives one. */
function AcknowledgeForm({ set, caller, onClose, progress, run }: FormProps) {
  const { resource, kind, location, current } = set;
  const [reason, setReason] = useState("");
  const [by, setBy] = useState("");
  const named = caller === null ? { by } : {};
  const isIncomplete = reason.trim() === "" || named.by?.trim() === "";
  const send = () => {
    const body = { resource, kind, location, addresses: current, reason, ...named };
    run(() => post<Answer<"Acknowledged">>("addresses/acknowledge", body));
  };
  const addresses = plural(current.length, "address", "addresses");
  return (
    <ConfirmForm
      onConfirm={send}
      onCancel={onClose}
      confirm={`Acknowledge ${addresses}`}
      canConfirm={!isIncomplete}
      progress={progress}
    >
      <p>
        {addresses} in <Foreign text={location} /> {current.length === 1 ? "becomes" : "become"} the baseline:{" "}
        <code>
          <Foreign text={current.join(", ") || "none"} />
        </code>
        . The drift is closed, and another difference raises an alert again. Nothing is changed on Azure.
      </p>
      <TextField label="Why they are right" value={reason} onChange={setReason} isLong />
      {caller === null ? (
        <TextField label="Your name, kept in the history" value={by} onChange={setBy} />
      ) : (
        <p class="muted">
          Recorded as <Foreign text={caller} />.
        </p>
      )}
    </ConfirmForm>
  );
}
