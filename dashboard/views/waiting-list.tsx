import type { ComponentChildren } from "preact";
import { DecideButtons } from "../actions/decide.tsx";
import { mayBeDecided } from "../actions/may-decide.tsx";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { heldByBreakers, type Summary } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { nameOf } from "../format.ts";
import { Phase, Verdict } from "../parts/badge.tsx";
import { BreakerNotice } from "../parts/breaker.tsx";
import { Empty } from "../parts/states.tsx";
import { Steps } from "../parts/steps.tsx";
import { ConnectionLink, Foreign, Message, OfService, Requester, Time } from "../parts/text.tsx";
import { linkTo } from "../route.ts";

/** What a list is called where nothing is in it, and what ends the waiting. */
const explained: Readonly<Record<string, readonly [none: string, what: string]>> = {
  window: [
    "Nothing waits for a change window",
    "The policy approves it in a change window, and is asked again when that opens. A person may decide before.",
  ],
  mode: [
    "Nothing waits for the mode",
    "The policy has decided. The mode of the app keeps the verdict from being applied; another mode applies it.",
  ],
};
const byBreaker = [
  "No breaker holds anything",
  "A breaker opened because too much happened at once. What it holds is reviewed again when it closes.",
] as const;

/** Why each of them waits, whatever its rule and its verdict are. */
function waitOf({ breaker, phase, verdict }: Summary): string | undefined {
  if (breaker === undefined) return undefined;
  if (breaker === "requests")
    return verdict === undefined
      ? "the requests breaker holds it before any decision"
      : `the requests breaker holds it; the last decision was ${verdict}`;
  return phase === "Held"
    ? "the approvals breaker withholds its approval"
    : "a person approved it, and it waits for the approvals breaker";
}

export function WaitingList({
  waiting,
  wait,
}: {
  readonly waiting: readonly Summary[];
  readonly wait: string;
}) {
  const [none, what] = explained[wait] ?? byBreaker;
  if (waiting.length === 0) return <Empty title={none} />;
  const breakers = (["requests", "approvals"] as const).filter((name) =>
    waiting.some(({ breaker }) => breaker === name),
  );
  return (
    <>
      <p class="muted before-card">{what}</p>
      {breakers.map((name) => (
        <p class="notice warn" key={name}>
          <BreakerNotice name={name} />
        </p>
      ))}
      <Steps of={waiting}>
        {(shown) => (
          <ul class="lines card">
            {shown.map((each) => (
              <Waiting connection={each} key={each.id}>
                {wait === "breaker" ? <DecideWaiting id={each.id} /> : null}
              </Waiting>
            ))}
          </ul>
        )}
      </Steps>
    </>
  );
}

/** What the requester wrote, and what a person can do meanwhile. */
function DecideWaiting({ id }: { readonly id: string }) {
  const { value, problem } = useFeed(heldByBreakers);
  if (value === undefined && problem === undefined) return null;
  const record = value?.find(({ connection }) => connection === id);
  if (record === undefined)
    return (
      <p>
        The requester's message and what can be decided{" "}
        {value === undefined ? "could not be read here" : "are not among those that are read here"}: see the{" "}
        <a href={linkTo("connection", id)}>
          page of <Foreign text={nameOf(id)} />
        </a>
        .
      </p>
    );
  const { message } = record;
  return (
    <>
      {message === undefined ? null : (
        <p>
          Requester's message: <Message text={message} />
        </p>
      )}
      <div class="actions">
        <ReevaluateButton scope={id} what={nameOf(id)} />
        {mayBeDecided(record) ? <DecideButtons connection={record} /> : null}
      </div>
    </>
  );
}

interface WaitingProps {
  readonly connection: Summary;
  readonly children: ComponentChildren;
}

function Waiting({ connection: of, children }: WaitingProps) {
  const { id, state, verdict, at, rule, opensAt, requester } = of;
  const wait = waitOf(of);
  return (
    <li>
      <span class="line-head">
        <span>
          {wait === undefined ? <Verdict verdict={verdict} /> : <Phase phase={of.phase} />}{" "}
          <ConnectionLink id={id} /> <OfService connection={id} />
        </span>
        <Time at={at} />
      </span>
      <small class="muted">
        {wait === undefined ? null : `${wait}; `}
        {rule === undefined ? "no rule" : <Foreign text={`rule ${rule}`} />},{" "}
        <Foreign text={state ?? "state unknown"} />
        {opensAt === undefined ? null : (
          <>
            , opens <Time at={opensAt} />
          </>
        )}
      </small>
      <Requester subscription={requester} />
      {children}
    </li>
  );
}
