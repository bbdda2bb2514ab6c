import { addresses, type AddressSet, type Unobserved } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { AcknowledgeButton } from "../actions/acknowledge.tsx";
import { nameOf, plural } from "../format.ts";
import { AddressState, Badge, type Tone } from "../parts/badge.tsx";
import { Card, View } from "../parts/layout.tsx";
import { Choice, Filter, optionsOf } from "../parts/filter.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Steps } from "../parts/steps.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Dated, Foreign, Resource, Time } from "../parts/text.tsx";
import { addressStates, filterOf } from "../filters.ts";
import { linkTo, type Route } from "../route.ts";
import { matches } from "../search.ts";

const columns: readonly Column<AddressSet>[] = [
  {
    title: "Resource",
    width: "minmax(0, 2fr)",
    cell: ({ resource }) => (
      <a href={linkTo("address", resource)} class="plain">
        <Resource id={resource} />
      </a>
    ),
  },
  { title: "Kind", width: "6rem", cell: ({ kind }) => kind },
  { title: "Location", width: "10rem", isLong: true, cell: ({ location }) => <Foreign text={location} /> },
  { title: "State", width: "8rem", isLong: true, cell: ({ state }) => <AddressState state={state} /> },
  { title: "Since", width: "8.5rem", cell: ({ currentAt }) => <Time at={currentAt} /> },
  {
    title: "Addresses",
    width: "minmax(0, 3fr)",
    isLong: true,
    cell: ({ current, advice }) => (
      <span class="clamp">
        <Foreign text={current.join(", ") || advice || "none"} />
      </span>
    ),
  },
];

const key = ({ resource, kind, location }: AddressSet) => `${resource} ${kind} ${location}`;

/** Open drifts with their causes, and the addresses of every resource. */
export function AddressesView({ route }: { readonly route: Route }) {
  const known = useFeed(addresses);
  const text = route.query.get("q") ?? "";
  const wanted = filterOf(route, "state");
  return (
    <View title="Addresses" lead="What clients and backends allow-list, compared with the baseline.">
      <Shown known={known} what="the addresses">
        {({ sets, unobserved }) => {
          const drifted = sets.filter(({ drift }) => drift !== undefined);
          const found = sets.filter(
            ({ resource, kind, location, state, current }) =>
              (wanted === "" || state === wanted) &&
              matches(text, resource, kind, location, state, ...current),
          );
          return (
            <>
              <NotObserved resources={unobserved} />
              <Steps of={drifted} step={50}>
                {(shown) => shown.map((set) => <DriftCard set={set} key={key(set)} />)}
              </Steps>
              <div class="filters">
                <Filter route={route} hint="name, location, state or address" />
                <Choice
                  route={route}
                  name="state"
                  title="State"
                  value={wanted}
                  options={optionsOf(addressStates, wanted)}
                />
                <span class="muted">{plural(found.length, "address set")}</span>
              </div>
              {found.length === 0 ? (
                <Empty title={sets.length === 0 ? "No addresses observed yet" : "No address matches"}>
                  The address check observes every service in the governed scope.
                </Empty>
              ) : (
                <Table label="Addresses" columns={columns} rows={found} />
              )}
            </>
          );
        }}
      </Shown>
    </View>
  );
}

/** What the list lacks. Without it, an allow-list that was made of this page would be believed to be whole. */
export function NotObserved({ resources }: { readonly resources: readonly Unobserved[] }) {
  if (resources.length === 0) return null;
  return (
    <div class="notice warn">
      <p>
        Not all addresses of {plural(resources.length, "resource")} were observed yet. The list lacks them.
      </p>
      <Steps of={resources} step={10}>
        {(shown) => (
          <ul>
            {shown.map(({ resource, since, why, set }) => (
              <li key={resource}>
                <Foreign text={nameOf(resource)} />
                {set === undefined ? "" : `, ${set.kind} in ${set.location}`}: <Foreign text={why} />, since{" "}
                <Time at={since} />
              </li>
            ))}
          </ul>
        )}
      </Steps>
    </div>
  );
}

const likelihoods: Readonly<Record<string, Tone>> = { likely: "warn", possible: "info", unlikely: "calm" };

/** One open drift: what differs from the baseline, since when, why that may be, and the acknowledgement. */
export function DriftCard({ set }: { readonly set: AddressSet }) {
  const { resource, kind, location, drift, current, baseline } = set;
  if (drift === undefined) return null;
  const added = current.filter((each) => !baseline.includes(each));
  const removed = baseline.filter((each) => !current.includes(each));
  return (
    <Card title={`Drift of ${kind} addresses in ${location}`} more={<AcknowledgeButton set={set} />}>
      <p>
        <a href={linkTo("address", resource)}>
          <Foreign text={nameOf(resource)} />
        </a>{" "}
        <span class="muted">
          first observed <Time at={drift.since} />
        </span>
      </p>
      <ul class="difference">
        {added.map((each) => (
          <li key={each} class="good">
            <span class="sign">+</span> <Foreign text={each} /> <span class="muted">is new</span>
          </li>
        ))}
        {removed.map((each) => (
          <li key={each} class="bad">
            <span class="sign">−</span> <Foreign text={each} /> <span class="muted">is gone</span>
          </li>
        ))}
      </ul>
      <h3>Probable causes</h3>
      <Causes of={drift.causes} />
    </Card>
  );
}

type Cause = NonNullable<AddressSet["drift"]>["causes"][number];

/** The causes that fit what was observed; those that do not, only for whoever asks. */
function Causes({ of }: { readonly of: readonly Cause[] }) {
  const unlikely = of.filter(({ likelihood }) => likelihood === "unlikely");
  return (
    <div class="causes">
      <CauseList of={of.filter(({ likelihood }) => likelihood !== "unlikely")} />
      {unlikely.length === 0 ? null : (
        <details>
          <summary class="muted">{plural(unlikely.length, "unlikely cause")}</summary>
          <CauseList of={unlikely} />
        </details>
      )}
    </div>
  );
}

function CauseList({ of }: { readonly of: readonly Cause[] }) {
  return (
    <ul>
      {of.map(({ cause, likelihood, for: support, against }) => (
        <li key={cause}>
          <Badge tone={likelihoods[likelihood] ?? "calm"} text={likelihood} /> {cause}
          <small class="muted stack">
            {support.map((each) => (
              <span key={each}>
                For: <Dated text={each} />
              </span>
            ))}
            {against.map((each) => (
              <span key={each}>
                Against: <Dated text={each} />
              </span>
            ))}
          </small>
        </li>
      ))}
    </ul>
  );
}
