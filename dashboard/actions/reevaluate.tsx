import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../../src/functions/http/answers.ts";
import { get, post, RequestFailed } from "../api/client.ts";
import { access } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { nameOf, plural } from "../format.ts";
import { Verdict } from "../parts/badge.tsx";
import { Failure, Loading } from "../parts/states.tsx";
import { RequesterOf } from "../parts/requester.tsx";
import { ConnectionLink, Dated, Foreign, OfService } from "../parts/text.tsx";
import { useAction } from "./act.ts";
import { CloseFooter, Dialog, OpenDialog } from "./dialog.tsx";

type Result = Answer<"ReviewResult">;

/** What a review found, and the services that it could not read. Of a large scope the results are the first ones. */
interface Outcome {
  readonly results: readonly Result[];
  readonly unread: readonly string[];
  /** How many connections were reviewed, of which `results` may be a part. */
  readonly reviewed: number;
}

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
  const [dry, runDry] = useAction<Outcome>({ isDry: true });
  const [real, runReal] = useAction<Outcome>();
  const [review, services] = useReview(scope);
  useEffect(() => runDry(() => review(true)), [scope]);
  const soFar = services === 0 ? "" : ` ${plural(services, "service")} so far.`;
  return (
    <Dialog title={`Re-evaluate ${what}`} onClose={onClose}>
      {real.kind === "done" ? (
        <div role="status">
          <p>The review is done.</p>
          <Results outcome={real.answer} isDry={false} />
        </div>
      ) : dry.kind === "done" ? (
        <>
          <p>
            Dry run: the current policy on the current facts. Nothing has been changed. Confirming reviews
            again and applies the verdicts as far as the mode and the breakers allow: those are left out here,
            and what is approved may wait for one.
          </p>
          <Results outcome={dry.answer} isDry />
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
              disabled={real.kind === "running" || isEmpty(dry.answer)}
              onClick={() => runReal(() => review(false))}
            >
              {real.kind === "running"
                ? "Reviewing …"
                : `Review ${dry.answer.reviewed === 0 ? "again" : plural(dry.answer.reviewed, "connection")} now`}
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
function useReview(scope: string): readonly [(dryRun: boolean) => Promise<Outcome>, number] {
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

function isEmpty({ reviewed, unread }: Outcome): boolean {
  return reviewed === 0 && unread.length === 0;
}

/** What the reader sees first: what a review would change, and what nobody can tell. */
function Results({ outcome, isDry }: { readonly outcome: Outcome; readonly isDry: boolean }) {
  const { results, unread, reviewed } = outcome;
  if (isEmpty(outcome))
    return <p class="muted">No connection of this scope is Pending, so there is nothing to review.</p>;
  const unknown = results.filter(({ verdict }) => verdict === undefined);
  const changing = results.filter((each) => changes(each));
  const same = results.filter((each) => each.verdict !== undefined && !changes(each));
  const isKnown = unknown.length === 0 && unread.length === 0 && reviewed === results.length;
  return (
    <>
      {isDry ? (
        <p>
          <strong>{changeSentence(changing.length, isKnown)}</strong>
        </p>
      ) : null}
      {unknown.length === 0 ? null : (
        <p class="notice warn">
          {plural(unknown.length, "connection")} could not be evaluated; the reasons are below.
        </p>
      )}
      <Unread services={unread} />
      <ul class="lines results">
        {[...unknown, ...changing, ...same].slice(0, 100).map((each) => (
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
            <RequesterOf connection={each.connection} />
            <small class="muted">
              <Dated
                text={[
                  ...(each.reasons ?? []),
                  ...(each.person === undefined
                    ? []
                    : [`${each.decidedBy ?? "a person"} decided to ${each.person}`]),
                  ...(each.applied ? ["applied"] : []),
                  ...(each.reason === undefined || (isDry && each.verdict !== undefined)
                    ? []
                    : [each.reason]),
                ].join("; ")}
              />
            </small>
          </li>
        ))}
      </ul>
      {reviewed > 100 ? (
        <p class="muted">
          The list has the first {Math.min(results.length, 100)} of {plural(reviewed, "connection")}.
        </p>
      ) : null}
    </>
  );
}

function changeSentence(changing: number, isKnown: boolean): string {
  if (changing > 0)
    return `The decision on ${plural(changing, "connection")} would change its state, as far as the mode allows.`;
  return isKnown ? "Nothing would change." : "Nothing would change as far as it could be told.";
}

function Unread({ services }: { readonly services: readonly string[] }) {
  if (services.length === 0) return null;
  return (
    <div class="notice warn">
      <p>{plural(services.length, "service")} could not be read, so nothing is known of what waits there:</p>
      <ul>
        {services.slice(0, 20).map((id) => (
          <li key={id}>
            <Foreign text={nameOf(id)} />
          </li>
        ))}
      </ul>
      {services.length > 20 ? <p class="muted">The first 20.</p> : null}
    </div>
  );
}

/** What a person decided is carried out instead of the verdict. */
function changes({ state, verdict, person }: Result): boolean {
  const decided = person ?? verdict;
  return state === "Pending" && (decided === "approve" || decided === "reject");
}

const pollMs = 1_000;

/**
 * The results of a re-evaluation. Those of a larger scope are awaited as long as `goesOn` says so, which gets the
 * progress.
 */
async function reevaluate(
  scope: string,
  dryRun: boolean,
  goesOn: (status: Answer<"ReevaluationStatus">) => boolean,
): Promise<Outcome> {
  const answer = await post<Answer<"Reevaluated"> | Answer<"ReevaluationStarted">>("reevaluate", {
    scope,
    dryRun,
  });
  if ("results" in answer) {
    const { results } = answer;
    return { results, unread: [], reviewed: results.length };
  }
  for (;;) {
    const status = await get<Answer<"ReevaluationStatus">>(`reevaluations/${encodeURIComponent(answer.id)}`);
    if (status.status === "ended" || !goesOn(status)) return outcomeOf(status);
    if (status.status === "failed")
      throw new RequestFailed("failed", status.failed ?? "The re-evaluation was given up.");
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function outcomeOf({ results, unread, counts }: Answer<"ReevaluationStatus">): Outcome {
  const reviewed = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return { results, unread, reviewed: Math.max(reviewed, results.length) };
}
