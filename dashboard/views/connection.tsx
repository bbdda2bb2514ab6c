import { breakerOf } from "../../src/lib/connections/breakers/breaker-of.ts";
import { connectionOf, entriesOf, type Connection, type Entry } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { DecideButtons } from "../actions/decide.tsx";
import { DecideElsewhere, mayBeDecided } from "../actions/may-decide.tsx";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, serviceOf } from "../format.ts";
import { Badge, Phase, Verdict } from "../parts/badge.tsx";
import { Explanation } from "../parts/explanation.tsx";
import { FactTable } from "../parts/facts.tsx";
import { BreakerNotice } from "../parts/breaker.tsx";
import { Card, Properties, View } from "../parts/layout.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { ArmId, Dated, Foreign, Message, Since, Time, Who } from "../parts/text.tsx";
import { linkTo } from "../route.ts";
import { EntryList } from "./entry-list.tsx";

/** One connection: where it stands, why, the facts that this rests on, and everything that was decided. */
export function ConnectionView({ id }: { readonly id: string }) {
  const record = useFeed(connectionOf(id));
  const entries = useFeed(entriesOf(id));
  return (
    <View
      title={nameOf(id)}
      lead={
        <>
          Private endpoint connection of{" "}
          <a href={linkTo("connections", "", { service: serviceOf(id) })}>
            <Foreign text={nameOf(serviceOf(id))} />
          </a>
        </>
      }
      actions={
        record.value === undefined || record.value === null ? undefined : (
          <>
            <ReevaluateButton scope={id} what={nameOf(id)} />
            {mayBeDecided(record.value) ? <DecideButtons connection={record.value} /> : null}
          </>
        )
      }
    >
      <Shown known={record} what="the connection">
        {(found) =>
          found === null ? (
            <Empty title="Nothing is recorded about this connection" />
          ) : (
            <>
              <CurrentStatus
                connection={found}
                message={found.message ?? lastDecision(entries.value)?.message}
              />
              <Shown known={entries} what="its decisions">
                {(of) => <Decided entries={of} connection={found} />}
              </Shown>
            </>
          )
        }
      </Shown>
    </View>
  );
}

function lastDecision(entries: readonly Entry[] = []): Entry | undefined {
  return entries.find(({ kind }) => kind === "decision");
}

interface CurrentStatusProps {
  readonly connection: Connection;
  readonly message: string | undefined;
}

function CurrentStatus({ connection: of, message }: CurrentStatusProps) {
  const breaker = breakerOf(of);
  return (
    <Card title="Where it stands" more={<Phase phase={of.phase} state={of.state} />}>
      {breaker === undefined ? null : (
        <p class="notice warn">
          <BreakerNotice name={breaker} />
          {of.nextAt === undefined ? null : (
            <>
              {" "}
              This connection is looked at again <Time at={of.nextAt} />.
            </>
          )}
        </p>
      )}
      {of.reason === undefined ? null : (
        <p>
          <Dated text={of.reason} />
        </p>
      )}
      <Properties
        of={[
          ["Requester's message", message === undefined ? undefined : <Message text={message} />],
          [verdictTitleOf(of), <Verdict verdict={of.verdict} />],
          ["Rule", of.rule === undefined ? undefined : <Foreign text={of.rule} />],
          ["State on Azure", of.state === undefined ? undefined : <Foreign text={of.state} />],
          ["First seen", <Time at={of.firstSeenAt} />],
          ["Decided", of.decidedAt === undefined ? undefined : <Time at={of.decidedAt} />],
          ["Last attempt", of.reviewedAt === undefined ? undefined : <Time at={of.reviewedAt} />],
          ["Next attempt", of.nextAt === undefined ? undefined : <Time at={of.nextAt} />],
          ["Difficulty", of.difficulty === undefined ? undefined : <Foreign text={of.difficulty} />],
          ["Breaker", breaker],
          ["Waits for", waitOf(of)],
          ["Decided by", of.person === undefined ? undefined : <Person person={of.person} />],
          ["Approval ends", of.term === undefined ? undefined : <Term term={of.term} />],
          ["Revocation", of.revocation === undefined ? undefined : <Revocation revocation={of.revocation} />],
        ]}
      />
      <Properties
        isWhole
        of={[
          ["Connection", <ArmId id={of.connection} />],
          ["Endpoint", of.endpointId === undefined ? undefined : <ArmId id={of.endpointId} />],
        ]}
      />
      {mayBeDecided(of) ? <DecideElsewhere connection={of.connection} /> : null}
    </Card>
  );
}

/** The requests breaker holds without a new verdict, and a person decides otherwise than the policy. */
function verdictTitleOf({ phase, restrained, person }: Connection): string {
  if (phase === "Held" && restrained === "requests") return "Last verdict";
  return person === undefined ? "Verdict" : "Policy's verdict";
}

/** What Azure does, or does first, while a decision is not applied yet. */
function waitOf({ sentAt, waitingSince, queuedAt }: Connection) {
  if (sentAt !== undefined)
    return (
      <>
        Azure, to which it was sent <Time at={sentAt} />
      </>
    );
  if (queuedAt !== undefined)
    return (
      <>
        another connection of the service, <Since at={queuedAt} />
      </>
    );
  if (waitingSince === undefined) return undefined;
  return (
    <>
      Azure, which has been busy with the service <Since at={waitingSince} />
    </>
  );
}

function Person({ person }: { readonly person: NonNullable<Connection["person"]> }) {
  const { by, objectId, reason, verdict } = person;
  return (
    <>
      <Who name={by} objectId={objectId} />, <Verdict verdict={verdict} /> <Foreign text={reason} />
    </>
  );
}

function Term({ term: { until, noticedAt, lapsedAt } }: { readonly term: NonNullable<Connection["term"]> }) {
  return (
    <>
      <Time at={until} />{" "}
      <span class="muted">
        {lapsedAt !== undefined ? (
          <>
            nothing renews it, reported <Time at={lapsedAt} />
          </>
        ) : noticedAt !== undefined ? (
          <>
            announced <Time at={noticedAt} />
          </>
        ) : (
          "then it is re-evaluated"
        )}
      </span>
    </>
  );
}

type Revoked = NonNullable<Connection["revocation"]>;

function Revocation({ revocation: { dueAt, noticedAt, isBlocked } }: { readonly revocation: Revoked }) {
  if (isBlocked === true)
    return (
      <>
        <Badge tone="warn" text="kept" /> as the last approved connection of its service
      </>
    );
  return (
    <>
      <Badge tone="bad" text="announced" /> <Time at={noticedAt} />, due <Time at={dueAt} />
    </>
  );
}

interface DecidedProps {
  readonly entries: readonly Entry[];
  readonly connection: Connection;
}

function Decided({ entries, connection }: DecidedProps) {
  const last = lastDecision(entries);
  const isOld = connection.phase === "Held" && connection.restrained === "requests";
  return (
    <>
      {last === undefined ? null : (
        <>
          <Card
            title={isOld ? "Why the last decision" : "Why"}
            more={<a href={linkTo("decision", last.id)}>This decision</a>}
          >
            <Explanation entry={last} hasReasons={false} />
          </Card>
          <Card
            title="Facts of the last decision"
            more={
              <span class="muted">
                read <Time at={last.at} />
              </span>
            }
          >
            {isChanged(connection, last) ? (
              <p class="muted">
                They are what the decision rests on. Since then, the state on Azure became{" "}
                <Foreign text={connection.state ?? ""} />.
              </p>
            ) : null}
            <FactTable entry={last} />
          </Card>
        </>
      )}
      <Card title="History">
        {entries.length === 0 && connection.restrained === "requests" ? (
          <Empty title="No decision yet">
            The requests breaker holds it before its facts are read. The first decision appears here when it
            closes, or when a person decides.
          </Empty>
        ) : (
          <EntryList entries={entries} isOfOne />
        )}
      </Card>
    </>
  );
}

function isChanged({ state }: Connection, { facts }: Entry): boolean {
  return state !== undefined && facts !== undefined && facts.known["connection.state"] !== state;
}
