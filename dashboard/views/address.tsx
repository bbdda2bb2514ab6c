import { addresses, historyOf, type AddressSet, type Change } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { exactTime, nameOf } from "../format.ts";
import { AddressState } from "../parts/badge.tsx";
import { Card, Properties, View } from "../parts/layout.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Steps } from "../parts/steps.tsx";
import { ArmId, Dated, Foreign, Since, Time, Who } from "../parts/text.tsx";
import { DriftCard, NotObserved } from "./addresses.tsx";

/** The addresses of one resource, with their history on a time line. */
export function AddressView({ id }: { readonly id: string }) {
  const known = useFeed(addresses);
  const history = useFeed(historyOf(id));
  const isOfThis = ({ resource }: { readonly resource: string }) =>
    resource.toLowerCase() === id.toLowerCase();
  return (
    <View title={nameOf(id)} lead={<ArmId id={id} />}>
      <Shown known={known} what="the addresses">
        {({ sets, unobserved }) => (
          <>
            <NotObserved resources={unobserved.filter(isOfThis)} />
            <Sets sets={sets.filter(isOfThis)} />
          </>
        )}
      </Shown>
      <Card title="History">
        <Shown known={history} what="the history">
          {(changes) => <TimeLine changes={changes} />}
        </Shown>
      </Card>
    </View>
  );
}

function Sets({ sets }: { readonly sets: readonly AddressSet[] }) {
  if (sets.length === 0) return <Empty title="No check has observed this resource yet" />;
  const [applicable, others] = [
    sets.filter(({ state }) => state !== "not applicable"),
    sets.filter(({ state }) => state === "not applicable"),
  ];
  return (
    <>
      {sets.map((set) => (
        <DriftCard set={set} key={`${set.kind} ${set.location}`} />
      ))}
      {applicable.map((set) => (
        <Card
          key={`${set.kind} ${set.location}`}
          title={titleOf(set)}
          more={<AddressState state={set.state} />}
        >
          <Properties
            of={[
              ["Current", <List of={set.current} />],
              ["Since", <Time at={set.currentAt} />],
              ["Baseline", <List of={set.baseline} />],
              ["Origin", <Origin of={set.origin} />],
              ["Advice", set.advice === undefined ? undefined : <Foreign text={set.advice} />],
              [
                "Not observable",
                set.unsettled === undefined ? undefined : (
                  <>
                    <Foreign text={set.unsettled.why} />, <Since at={set.unsettled.since} />
                  </>
                ),
              ],
            ]}
          />
        </Card>
      ))}
      {others.length === 0 ? null : (
        <Card title="Kinds that do not apply">
          <Properties
            isWhole
            of={others.map((set) => [titleOf(set), <Foreign text={set.advice ?? "the service has none"} />])}
          />
        </Card>
      )}
    </>
  );
}

const titleOf = ({ kind, location }: AddressSet) =>
  `${kind.charAt(0).toUpperCase()}${kind.slice(1)} addresses in ${location}`;

function List({ of }: { readonly of: readonly string[] }) {
  return of.length === 0 ? (
    <span class="muted">none</span>
  ) : (
    <code>
      <Foreign text={of.join(", ")} />
    </code>
  );
}

function Origin({ of: { kind, file, by, objectId, reason } }: { readonly of: AddressSet["origin"] }) {
  return (
    <>
      {kind}
      {[file, by, objectId, reason].map((each) =>
        each === undefined ? null : (
          <>
            {" "}
            · <Foreign text={each} />
          </>
        ),
      )}
    </>
  );
}

/** Changes from the newest to the oldest, each at its instant on a line. */
function TimeLine({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) return <Empty title="No changes yet" />;
  return (
    <Steps of={changes.toReversed()}>
      {(shown) => (
        <ol class="time-line">
          {shown.map(({ sequence, at, what, actor, actorObjectId, reason, addresses: sets = [] }) => (
            <li key={sequence}>
              <time dateTime={at}>{exactTime(at)}</time>
              <div>
                <strong>
                  <Dated text={what} />
                </strong>
                {actor === undefined && reason === undefined ? null : (
                  <p class="muted">
                    {actor === undefined ? null : <Who name={actor} objectId={actorObjectId} />}
                    {reason === undefined ? null : <Foreign text={`: ${reason}`} />}
                  </p>
                )}
                {sets.map(({ kind, location, added, removed, addresses: then }) => (
                  <p key={`${kind} ${location}`}>
                    <small class="muted">
                      {kind} in <Foreign text={location} />
                    </small>{" "}
                    {added.map((each) => (
                      <code class="good" key={each}>
                        <Foreign text={`+ ${each} `} />
                      </code>
                    ))}
                    {removed.map((each) => (
                      <code class="bad" key={each}>
                        <Foreign text={`− ${each} `} />
                      </code>
                    ))}
                    {added.length + removed.length > 0 ? null : (
                      <>
                        <span class="muted">no difference:</span> <List of={then} />
                      </>
                    )}
                  </p>
                ))}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Steps>
  );
}
