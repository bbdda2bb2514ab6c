import { useMemo } from "preact/hooks";
import { estate, type Summary } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { nameOf, plural } from "../format.ts";
import { Phase, Verdict } from "../parts/badge.tsx";
import { Meanings } from "../parts/meanings.tsx";
import { View } from "../parts/layout.tsx";
import { Choice, Filter, optionsOf } from "../parts/filter.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { ConnectionLink, Foreign, Requester, Time } from "../parts/text.tsx";
import { filterOf, phases, waits } from "../filters.ts";
import { linkTo, type Route } from "../route.ts";
import { matches } from "../search.ts";
import { BeforeFirstSweep } from "./before-first-sweep.tsx";

const columns: readonly Column<Summary>[] = [
  {
    title: "Connection",
    // At the page's full width, the requester's whole subscription: ids of one estate may differ only at the end.
    width: "minmax(0, 4fr)",
    cell: ({ id, requester }) => (
      <span class="stack">
        <ConnectionLink id={id} />
        <Requester subscription={requester} />
      </span>
    ),
  },
  {
    title: "Service",
    width: "minmax(0, 2fr)",
    isLong: true,
    cell: ({ service }) => (
      <a href={linkTo("connections", "", { service })}>
        <Foreign text={nameOf(service)} />
      </a>
    ),
  },
  { title: "Phase", width: "6.5rem", cell: ({ phase, state }) => <Phase phase={phase} state={state} /> },
  { title: "Azure", width: "7rem", cell: ({ state = "" }) => <Foreign text={state} /> },
  { title: "Verdict", width: "7.5rem", cell: ({ verdict }) => <Verdict verdict={verdict} /> },
  {
    title: "Decided",
    width: "12.5rem",
    isLong: true,
    cell: ({ at, verdict, person }) =>
      verdict === undefined && person === undefined ? (
        <span class="muted">
          seen <Time at={at} />
        </span>
      ) : (
        <Decided at={at} person={person} />
      ),
  },
  {
    title: "Rule",
    width: "minmax(0, 2fr)",
    isLong: true,
    cell: ({ rule = "none" }) => <Foreign text={rule} />,
  },
];

interface DecidedProps {
  readonly at: string;
  readonly person: Summary["person"] | undefined;
}

/** When it was decided, and by whom where a person did so: verdict and rule beside it are the policy's. */
function Decided({ at, person }: DecidedProps) {
  if (person === undefined) return <Time at={at} />;
  const { by, verdict } = person;
  return (
    <span class="decided">
      {done[verdict]} <Time at={at} />{" "}
      <small>
        by <Foreign text={by} />
      </small>
    </span>
  );
}

const done = { approve: "approved", reject: "rejected" } as const;

/** Connections that exist, which the counts of the overview are about. */
const present = "";
const any = "any";

function hasPhase({ phase }: Summary, wanted: string): boolean {
  if (wanted === present) return phase !== "Gone";
  return wanted === any || phase === wanted;
}

/** States on Azure. Another one is in the list too where a link names it. */
const states = ["Pending", "Approved", "Rejected", "Disconnected"];

/** Approvals that do not stay as they are. */
const ends: Readonly<Record<string, (each: Summary) => boolean>> = {
  term: ({ endsAt }) => endsAt !== undefined,
  revocation: ({ revokesAt }) => revokesAt !== undefined,
};

type Wanted = Readonly<Record<"service" | "phase" | "state" | "wait" | "end" | "text", string>>;

function isWanted(each: Summary, { service, phase, state, wait, end, text }: Wanted): boolean {
  const { name, verdict, rule, requester, person } = each;
  return (
    (service === "" || each.service.toLowerCase() === service.toLowerCase()) &&
    hasPhase(each, phase) &&
    (state === "" || each.state === state) &&
    (wait === "" || each.waitsFor === wait) &&
    (ends[end]?.(each) ?? true) &&
    matches(text, name, each.service, each.state, verdict, rule, requester, person?.by)
  );
}

/** Every connection, newest decision first, filtered as the link says. */
export function ConnectionsView({ route }: { readonly route: Route }) {
  const known = useFeed(estate);
  const given = (name: string) => filterOf(route, name);
  const [service, phase, end, text] = [given("service"), given("phase"), given("end"), given("q")];
  const [state, wait] = [given("state"), given("wait")];
  const found = useMemo(
    () =>
      (known.value?.connections ?? []).filter((each) =>
        isWanted(each, { service, phase, state, wait, end, text }),
      ),
    [known.value, service, phase, state, wait, end, text],
  );
  const isUnread = known.value?.services.some(
    (each) => each.service.toLowerCase() === service.toLowerCase() && each.unread !== undefined,
  );
  const isFiltered = [service, phase, state, wait, end, text].some((each) => each !== "");
  const of = isFiltered
    ? `of ${(known.value?.connections.length ?? 0).toLocaleString("en")}`
    : "with the newest decision first";
  return (
    <View
      title={service === "" ? "Connections" : `Connections of ${nameOf(service)}`}
      lead={known.value === undefined ? "" : `${plural(found.length, "connection")} ${of}`}
    >
      <Filters route={route} of={{ phase, state, wait, end }} isFiltered={isFiltered} />
      {isUnread === true ? (
        <p class="notice warn">
          This service was not read yet, or not for more than a day: it may have other connections.
        </p>
      ) : null}
      <BeforeFirstSweep what="connections" />
      <Shown known={known} what="the connections">
        {() =>
          found.length === 0 ? (
            <Empty title={isFiltered ? "No connection matches" : "No connections yet"}>
              {isFiltered
                ? "Another filter shows more. Connections that are gone are shown only when the phase asks for them."
                : "The first sweep records what is there; requests appear as they come."}
            </Empty>
          ) : (
            <Table label="Connections" columns={columns} rows={found} />
          )
        }
      </Shown>
      <Meanings />
    </View>
  );
}

interface FiltersProps {
  readonly route: Route;
  readonly of: Readonly<Record<"phase" | "state" | "wait" | "end", string>>;
  readonly isFiltered: boolean;
}

function Filters({ route, of: { phase, state, wait, end }, isFiltered }: FiltersProps) {
  return (
    <div class="filters">
      <Filter route={route} hint="name, service, rule, person or subscription" />
      <Choice
        route={route}
        name="phase"
        title="Phase"
        value={phase}
        options={[[present, "all but Gone"], [any, "any"], ...phases.map((each) => [each, each] as const)]}
      />
      <Choice
        route={route}
        name="state"
        title="State on Azure"
        value={state}
        options={optionsOf(states, state)}
      />
      <Choice route={route} name="wait" title="Waits for" value={wait} options={optionsOf(waits, wait)} />
      <Choice
        route={route}
        name="end"
        title="Approval"
        value={end}
        options={[
          ["", "any"],
          ["term", "ends"],
          ["revocation", "to be revoked"],
        ]}
      />
      {isFiltered ? <a href={linkTo("connections")}>Show all</a> : null}
    </div>
  );
}
