import { decision, decisions, entriesOf, type Entry } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { nameOf, serviceOf } from "../format.ts";
import { Explanation } from "../parts/explanation.tsx";
import { FactTable } from "../parts/facts.tsx";
import { Card, Properties, View, type Property } from "../parts/layout.tsx";
import { Meanings } from "../parts/meanings.tsx";
import { Shown } from "../parts/states.tsx";
import { ArmId, ConnectionLink, Dated, Foreign, Message, Time, Who } from "../parts/text.tsx";
import { exactTime } from "../format.ts";
import { linkTo } from "../route.ts";
import { EntryKind, EntryList, sentenceOf } from "./entry-list.tsx";

/** Decisions and their outcomes over all services, as they come. */
export function DecisionsView() {
  const known = useFeed(decisions);
  return (
    <View
      title="Decisions"
      lead="Entries of the audit chains over all services, newest first. New ones appear by themselves."
    >
      <Meanings />
      <div class="card">
        <Shown known={known} what="the decisions">
          {(found) => <EntryList entries={found} />}
        </Shown>
      </div>
    </View>
  );
}

/** One entry of an audit chain. */
export function DecisionView({ id }: { readonly id: string }) {
  const known = useFeed(decision(id));
  if (known.value !== undefined) return <EntryPage entry={known.value} />;
  return (
    <View title="Decision">
      <Shown known={known} what="the decision">
        {() => null}
      </Shown>
    </View>
  );
}

/** Who asked for the review, where it was somebody: what the queue brought has a cause alone. */
function actorOf({ actor, actorObjectId }: Entry) {
  if (actor === undefined || actor.startsWith("queue:")) return undefined;
  return <Who name={actor} objectId={actorObjectId} />;
}

function titleOf({ kind, connection, service = "" }: Entry): string {
  const what =
    connection === undefined ? nameOf(service) : `${nameOf(connection)} of ${nameOf(serviceOf(connection))}`;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} about ${what}`;
}

function EntryPage({ entry }: { readonly entry: Entry }) {
  return (
    <View title={titleOf(entry)} lead={exactTime(entry.at)}>
      <Card
        title="The entry"
        more={
          <span>
            <EntryKind entry={entry} />
          </span>
        }
      >
        <p>
          <Dated text={sentenceOf(entry)} />
        </p>
        <Properties of={propertiesOf(entry)} />
      </Card>
      {entry.verdict === undefined ? null : (
        <Card title="Why">
          <Explanation entry={entry} hasReasons={entry.person !== undefined} />
        </Card>
      )}
      {entry.facts === undefined ? null : (
        <Card title="Facts">
          <FactTable entry={entry} />
        </Card>
      )}
    </View>
  );
}

function propertiesOf(entry: Entry): readonly Property[] {
  const { id, kind, connection, at, cause, mode, policy, decisionId, state, hash } = entry;
  const { message, descriptionBefore, restrained, previous } = entry;
  const service = connection === undefined ? entry.service : serviceOf(connection);
  return [
    ["Entry", <code class="arm-id">{id}</code>],
    [
      "Breaker",
      restrained === undefined
        ? undefined
        : `the ${restrained} breaker withheld the approval; the policy's own verdict was approve`,
    ],
    ["Connection", connection === undefined ? undefined : <ConnectionLink id={connection} />],
    ["Service", service === undefined ? undefined : <ArmId id={service} />],
    ["Recorded", <Time at={at} />],
    ["Asked for by", actorOf(entry)],
    ["Cause", cause],
    ["Mode", mode],
    [
      "Policy",
      policy === undefined ? undefined : (
        <>
          <Foreign text={policy.name} /> <code>{policy.hash.slice(0, 12)}</code>
        </>
      ),
    ],
    [
      "Outcome of",
      decisionId === undefined ? undefined : <a href={linkTo("decision", decisionId)}>its decision</a>,
    ],
    [
      "Outcome",
      kind === "decision" && connection !== undefined ? (
        <OutcomesOf id={id} connection={connection} />
      ) : undefined,
    ],
    ["State on Azure", state === undefined ? undefined : <Foreign text={state} />],
    ["Requester's message", message === undefined ? undefined : <Message text={message} />],
    [
      "Description on Azure before",
      descriptionBefore === undefined ? undefined : <Message text={descriptionBefore} />,
    ],
    ["Hash in the chain", <code class="arm-id">{hash}</code>],
    [
      "Hash of the entry before",
      previous === "" ? "none, since it is the first" : <code class="arm-id">{previous}</code>,
    ],
  ];
}

/** What became of a decision, found among the newest entries of its connection. */
function OutcomesOf({ id, connection }: { readonly id: string; readonly connection: string }) {
  const known = useFeed(entriesOf(connection));
  return (
    <Shown known={known} what="the outcome">
      {(entries) => {
        const outcomes = entries.filter(({ decisionId }) => decisionId === id);
        if (outcomes.length === 0)
          return <span class="muted">none among the newest entries of its connection</span>;
        return (
          <ul class="lines">
            {outcomes.map((each) => (
              <li key={each.id}>
                <EntryKind entry={each} /> <Time at={each.at} />, entry{" "}
                <a href={linkTo("decision", each.id)}>{each.id}</a>
              </li>
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}
