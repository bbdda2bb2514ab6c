import { decision, estate, held, type Connection, type Summary } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { DecideButtons } from "../actions/decide.tsx";
import { DecideElsewhere } from "../actions/may-decide.tsx";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, serviceOf } from "../format.ts";
import { useState } from "preact/hooks";
import { Phase, Verdict } from "../parts/badge.tsx";
import { BreakerNotice } from "../parts/breaker.tsx";
import { Explanation } from "../parts/explanation.tsx";
import { View } from "../parts/layout.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Steps } from "../parts/steps.tsx";
import { ConnectionLink, Dated, Foreign, Message, OfService, Requester, Time } from "../parts/text.tsx";
import { linkTo, type Route } from "../route.ts";
import { BeforeFirstSweep } from "./before-first-sweep.tsx";
import { HeldList } from "./held-list.tsx";

/** Held connections: those that need a person, and apart from them those that wait for a change window, the mode or a breaker. */
export function HeldView({ route }: { readonly route: Route }) {
  const known = useFeed(held);
  const knownEstate = useFeed(estate);
  const wait = route.query.get("wait") ?? "person";
  const waiting = (knownEstate.value?.connections ?? []).filter(({ waitsFor }) => waitsFor === wait);
  const count = (why: Summary["waitsFor"]) =>
    knownEstate.value?.connections.filter(({ waitsFor }) => waitsFor === why).length;
  const tabs = [
    ["person", "Need a person"],
    ["window", "Wait for a window"],
    ["mode", "Wait for the mode"],
    ["breaker", "Wait for a breaker"],
  ] as const;
  return (
    <View
      title="Held"
      lead="Requests that stay Pending on Azure until a person or a change of the facts settles them."
    >
      <nav class="tabs" aria-label="What held connections wait for">
        {tabs.map(([key, name]) => (
          <a
            key={key}
            href={linkTo("held", "", key === "person" ? {} : { wait: key })}
            aria-current={wait === key ? "page" : undefined}
          >
            {name} <Count of={count(key)} />
          </a>
        ))}
      </nav>
      <BeforeFirstSweep what="requests" />
      {wait === "person" ? (
        <Shown known={known} what="the held connections">
          {(found) => (
            <HeldList held={found} route={route} cardOf={(each) => <HeldCard connection={each} />} />
          )}
        </Shown>
      ) : (
        <Shown known={knownEstate} what="the connections">
          {() => <WaitingList waiting={waiting} wait={wait} />}
        </Shown>
      )}
    </View>
  );
}

/** Without a number until the connections are read. */
function Count({ of }: { readonly of: number | undefined }) {
  if (of === undefined) return null;
  return <span class={of === 0 ? "count none" : "count"}>{of.toLocaleString("en")}</span>;
}

function HeldCard({ connection: each }: { readonly connection: Connection }) {
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

function WaitingList({ waiting, wait }: { readonly waiting: readonly Summary[]; readonly wait: string }) {
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
              <Waiting connection={each} key={each.id} />
            ))}
          </ul>
        )}
      </Steps>
    </>
  );
}

function Waiting({ connection: of }: { readonly connection: Summary }) {
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
    </li>
  );
}
