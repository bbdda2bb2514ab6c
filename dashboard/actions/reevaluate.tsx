import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../../src/functions/http/answers.ts";
import { get, post, RequestFailed } from "../api/client.ts";
import { access } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { plural } from "../format.ts";
import { Verdict } from "../parts/badge.tsx";
import { Failure, Loading } from "../parts/states.tsx";
import { ConnectionLink, Foreign, OfService } from "../parts/text.tsx";
import { useAction } from "./act.ts";
import { CloseFooter, Dialog, OpenDialog } from "./dialog.tsx";

type Result = Answer<"ReviewResult">;

interface Asked {
  /** ARM id of a connection or a service, or `all`. */
  readonly scope: string;
  /** What the scope holds, for people. */
  readonly what: string;
}

/** Opens the re-evaluation of a scope. It is shown only to callers who may change something. */
export function ReevaluateButton({ scope, what }: Asked) {
  const { value } = useFeed(access);
  const open = useContext(OpenDialog);
  if (value === undefined || value.changeRefused !== null) return null;
  return (
    <button
      type="button"
      aria-label={`Re-evaluate ${what}`}
      onClick={() => open((close) => <ReevaluateDialog scope={scope} what={what} onClose={close} />)}
    >
      Re-evaluate
    </button>
  );
}

/** First a dry run, which shows what would change; then the review itself, once it is confirmed. */
function ReevaluateDialog({ scope, what, onClose }: Asked & { readonly onClose: () => void }) {
  const [dry, runDry] = useAction<readonly Result[]>({ isDry: true });
  const [real, runReal] = useAction<readonly Result[]>();
  const [review, services] = useReview(scope);
  useEffect(() => runDry(() => review(true)), [scope]);
  const soFar = services === 0 ? "" : ` ${plural(services, "service")} so far.`;
  return (
    <Dialog title={`Re-evaluate ${what}`} onClose={onClose}>
      {real.kind === "done" ? (
        <div role="status">
          <p>The review is done.</p>
          <Results results={real.answer} isDry={false} />
        </div>
      ) : dry.kind === "done" ? (
        <>
          <p>
            Dry run: the current policy on the current facts. Nothing has been changed. Confirming reviews
            again and applies the verdicts as far as the mode allows.
          </p>
          <Results results={dry.answer} isDry />
        </>
      ) : dry.kind === "failed" ? (
        <Failure what="The dry run" why={dry.why} />
      ) : (
        <>
          <p role="status">Reading the facts from Azure and deciding, without changing anything …{soFar}</p>
          <Loading what="the dry run" />
        </>
      )}
      {real.kind === "failed" ? <Failure what="The result" why={real.why} /> : null}
      {real.kind === "done" ? (
        <CloseFooter onClose={onClose} />
      ) : (
        <footer class="actions">
          {dry.kind === "done" ? (
            <button
              type="button"
              class="primary"
              disabled={real.kind === "running" || dry.answer.length === 0}
              onClick={() => runReal(() => review(false))}
            >
              {real.kind === "running"
                ? "Reviewing …"
                : `Review ${plural(dry.answer.length, "connection")} now`}
            </button>
          ) : null}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </footer>
      )}
    </Dialog>
  );
}

/** Reviews a scope, as long as the dialog is open; and how many services a larger one has read. */
function useReview(scope: string): readonly [(dryRun: boolean) => Promise<readonly Result[]>, number] {
  const [services, setServices] = useState(0);
  const isOpen = useRef(true);
  useEffect(
    () => () => {
      isOpen.current = false;
    },
    [],
  );
  const review = (dryRun: boolean) =>
    reevaluate(scope, dryRun, ({ services: read }) => {
      setServices(read);
      return isOpen.current;
    });
  return [review, services];
}

/** What the reader sees first: what a review would change. */
function Results({ results, isDry }: { readonly results: readonly Result[]; readonly isDry: boolean }) {
  if (results.length === 0)
    return <p class="muted">No connection of this scope is Pending, so there is nothing to review.</p>;
  const [changing, same] = [
    results.filter((each) => changes(each)),
    results.filter((each) => !changes(each)),
  ];
  return (
    <>
      {isDry ? (
        <p>
          <strong>
            {changing.length === 0
              ? "Nothing would change."
              : `${plural(changing.length, "connection")} would change.`}
          </strong>
        </p>
      ) : null}
      <ul class="lines results">
        {[...changing, ...same].slice(0, 100).map((each) => (
          <li key={each.connection}>
            <span class="line-head">
              <span>
                <Verdict verdict={each.verdict} /> <ConnectionLink id={each.connection} />{" "}
                <OfService connection={each.connection} />
              </span>
              <span class="muted">
                <Foreign text={each.state ?? ""} />
              </span>
            </span>
            <small class="muted">
              <Foreign
                text={[
                  ...(each.reasons ?? []),
                  ...(each.applied ? ["applied"] : []),
                  ...(each.reason === undefined || isDry ? [] : [each.reason]),
                ].join("; ")}
              />
            </small>
          </li>
        ))}
      </ul>
      {results.length > 100 ? (
        <p class="muted">The first 100 of {results.length.toLocaleString("en")}.</p>
      ) : null}
    </>
  );
}

function changes({ state, verdict }: Result): boolean {
  return state === "Pending" && (verdict === "approve" || verdict === "reject");
}

const pollMs = 1_000;

/** The results of a re-evaluation. Those of a larger scope are awaited as long as `goesOn` says so, which gets the progress. */
async function reevaluate(
  scope: string,
  dryRun: boolean,
  goesOn: (status: Answer<"ReevaluationStatus">) => boolean,
): Promise<readonly Result[]> {
  const answer = await post<Answer<"Reevaluated"> | Answer<"ReevaluationStarted">>("reevaluate", {
    scope,
    dryRun,
  });
  if ("results" in answer) return answer.results;
  for (;;) {
    const status = await get<Answer<"ReevaluationStatus">>(`reevaluations/${encodeURIComponent(answer.id)}`);
    if (status.status === "ended" || !goesOn(status)) return status.results;
    if (status.status === "failed")
      throw new RequestFailed("failed", status.failed ?? "The re-evaluation was given up.");
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
