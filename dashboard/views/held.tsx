import { decision, estate, held, type Connection, type Summary } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { DecideButtons } from "../actions/decide.tsx";
import { DecideElsewhere } from "../actions/may-decide.tsx";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, serviceOf } from "../format.ts";
import { useState } from "preact/hooks";
import { Explanation } from "../parts/explanation.tsx";
import { View } from "../parts/layout.tsx";
import { Shown } from "../parts/states.tsx";
import { ConnectionLink, Dated, Foreign, Message, Time } from "../parts/text.tsx";
import { filterOf } from "../filters.ts";
import { linkTo, type Route } from "../route.ts";
import { BeforeFirstSweep } from "./before-first-sweep.tsx";
import { HeldList } from "./held-list.tsx";
import { WaitingList } from "./waiting-list.tsx";

/** Held connections: those that need a person, and apart from them those that wait for a change window, the mode or a breaker. */
export function HeldView({ route }: { readonly route: Route }) {
  const known = useFeed(held);
  const knownEstate = useFeed(estate);
  const wait = filterOf(route, "wait") || "person";
  const breaker = wait === "breaker" ? filterOf(route, "breaker") : "";
  const waiting = (knownEstate.value?.connections ?? []).filter(
    (each) => each.waitsFor === wait && (breaker === "" || each.breaker === breaker),
  );
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
          {() => (
            <>
              {breaker === "" ? null : (
                <p>
                  <a href={linkTo("held", "", { wait })}>Show what waits for either breaker</a>
                </p>
              )}
              <WaitingList waiting={waiting} wait={wait} />
            </>
          )}
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
