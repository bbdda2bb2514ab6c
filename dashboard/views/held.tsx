import { decision, estate, held, type Connection, type Summary } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { DecideButtons } from "../actions/decide.tsx";
import { DecideElsewhere } from "../actions/may-decide.tsx";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, plural, serviceOf } from "../format.ts";
import { useState } from "preact/hooks";
import { Verdict } from "../parts/badge.tsx";
import { Explanation } from "../parts/explanation.tsx";
import { View } from "../parts/layout.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { ConnectionLink, Foreign, Message, Time } from "../parts/text.tsx";
import { linkTo, type Route } from "../route.ts";

/** Held connections: those that need a person, and apart from them those that wait for a change window, the mode or a breaker. */
export function HeldView({ route }: { readonly route: Route }) {
  const known = useFeed(held);
  const knownEstate = useFeed(estate);
  const wait = route.query.get("wait") ?? "person";
  const waiting = (knownEstate.value?.connections ?? []).filter(({ waitsFor }) => waitsFor === wait);
  const count = (why: Summary["waitsFor"]) =>
    (knownEstate.value?.connections ?? []).filter(({ waitsFor }) => waitsFor === why).length;
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
            {name}{" "}
            <span class={count(key) === 0 ? "count none" : "count"}>{count(key).toLocaleString("en")}</span>
          </a>
        ))}
      </nav>
      {wait === "person" ? (
        <Shown known={known} what="the held connections">
          {({ held: found, continuation }) => (
            <>
              <ForPersons held={found} />
              {continuation === undefined ? null : (
                <p class="muted">
                  The newest {plural(found.length, "connection")}. The rest is in the list of{" "}
                  <a href={linkTo("connections", "", { phase: "Held" })}>connections</a>.
                </p>
              )}
            </>
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

function ForPersons({ held: found }: { readonly held: readonly Connection[] }) {
  if (found.length === 0)
    return (
      <Empty title="Nothing waits for a person">
        Requests that the policy cannot settle appear here, with the reason.
      </Empty>
    );
  return (
    <ul class="cards">
      {found.map((each) => (
        <li key={each.connection} class="card">
          <HeldCard connection={each} />
        </li>
      ))}
    </ul>
  );
}

function HeldCard({ connection: each }: { readonly connection: Connection }) {
  const { connection, reason = "", firstSeenAt, endpointId, decisionId } = each;
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
      <p>
        <Foreign text={reason} />
      </p>
      <div class="card-foot">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`Why is ${name} held?`}
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
      {isOpen && decisionId !== undefined ? <DecisionExplained id={decisionId} /> : null}
    </>
  );
}

function DecisionExplained({ id }: { readonly id: string }) {
  const known = useFeed(decision(id));
  return (
    <Shown known={known} what="the explanation">
      {(entry) => (
        <>
          <p>
            Requester's message: <Message text={entry.message} />
          </p>
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

function WaitingList({ waiting, wait }: { readonly waiting: readonly Summary[]; readonly wait: string }) {
  const [none, what] = explained[wait] ?? byBreaker;
  if (waiting.length === 0) return <Empty title={none} />;
  return (
    <>
      <p class="muted">{what}</p>
      <ul class="lines card">
        {waiting.slice(0, 200).map(({ id, verdict, at, rule, opensAt }) => (
          <li key={id}>
            <span class="line-head">
              <span>
                <Verdict verdict={verdict} /> <ConnectionLink id={id} />
              </span>
              <Time at={at} />
            </span>
            <small class="muted">
              {rule === undefined ? "" : `rule ${rule}`}
              {opensAt === undefined ? null : (
                <>
                  , opens <Time at={opensAt} />
                </>
              )}
            </small>
          </li>
        ))}
      </ul>
      {waiting.length > 200 ? <p class="muted">The newest 200 of {waiting.length}.</p> : null}
    </>
  );
}
