import { useMemo } from "preact/hooks";
import { estate, type Estate } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, plural } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { View } from "../parts/layout.tsx";
import { Filter } from "../parts/filter.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Resource, Time } from "../parts/text.tsx";
import { linkTo, type Route } from "../route.ts";
import { matches } from "../search.ts";
import { BeforeFirstSweep } from "./before-first-sweep.tsx";

/** Azure's limit of private endpoint connections of one service. */
const limit = 100;

interface Row {
  readonly service: string;
  readonly used: number;
  readonly forPerson: number;
  readonly otherwise: number;
  readonly failed: number;
  readonly unread: Estate["services"][number]["unread"];
}

const columns: readonly Column<Row>[] = [
  {
    title: "Service",
    width: "minmax(0, 3fr)",
    cell: ({ service }) => (
      <a href={linkTo("connections", "", { service })} class="plain">
        <Resource id={service} />
      </a>
    ),
  },
  {
    title: `Used of ${limit}`,
    width: "minmax(7rem, 2fr)",
    isLong: true,
    cell: (row) => (row.unread === undefined ? <Usage row={row} /> : <Unread row={row} />),
  },
  // The first is what the navigation and the view Held count; with the second, it is what that view lists.
  {
    title: "Need a person",
    width: "7rem",
    cell: (row) => <Count of={row.forPerson} row={row} tone="warn" />,
  },
  {
    title: "Wait otherwise",
    width: "7rem",
    cell: (row) => <Count of={row.otherwise} row={row} tone="warn" />,
  },
  { title: "Failed", width: "4rem", cell: (row) => <Count of={row.failed} row={row} tone="bad" /> },
  {
    title: "Action",
    width: "8rem",
    isLong: true,
    cell: ({ service }) => (
      <ReevaluateButton scope={service} what={`the connections of ${nameOf(service)}`} />
    ),
  },
];

interface CountProps {
  readonly of: number;
  readonly row: Row;
  readonly tone: "warn" | "bad";
}

/** None found in a service that could not be read is not none. */
function Count({ of, row: { unread }, tone }: CountProps) {
  if (of === 0) return <span class="muted">{unread === undefined ? 0 : "–"}</span>;
  return <span class={tone}>{of}</span>;
}

/** Services with the number of their connections against Azure's limit, the fullest first. */
export function ServicesView({ route }: { readonly route: Route }) {
  const known = useFeed(estate);
  const text = route.query.get("q") ?? "";
  const rows = useMemo(() => rowsOf(known.value, text), [known.value, text]);
  const unread = rows.filter((row) => row.unread !== undefined).length;
  return (
    <View
      title="Services"
      lead={
        known.value === undefined
          ? ""
          : `${plural(rows.length, "service")}, the fullest first. Azure allows a service ${limit} private endpoint connections.`
      }
    >
      <div class="filters">
        <Filter route={route} hint="name, resource group or subscription" />
      </div>
      <BeforeFirstSweep what="services" />
      <Shown known={known} what="the services">
        {() =>
          rows.length === 0 ? (
            <Empty title={text === "" ? "No services yet" : "No service matches"}>
              The sweep finds every service in the governed scope.
            </Empty>
          ) : (
            <>
              {unread === 0 ? null : (
                <p class="notice warn">
                  {plural(unread, "service was", "services were")} not read yet, or not for more than a day,
                  and {unread === 1 ? "stands" : "stand"} first: what waits there is not known. Sweeps go on
                  trying; the <a href={linkTo("")}>health</a> names rights that the app lacks.
                </p>
              )}
              <Table label="Services" columns={columns} rows={rows} />
            </>
          )
        }
      </Shown>
    </View>
  );
}

function rowsOf(known: Estate | undefined, text: string): readonly Row[] {
  return (known?.services ?? [])
    .filter(({ service }) => matches(text, service))
    .map(({ service, unread, connections }) => ({
      service,
      unread,
      used: connections.filter(({ phase }) => phase !== "Gone").length,
      forPerson: connections.filter(({ waitsFor }) => waitsFor === "person").length,
      otherwise: connections.filter(({ waitsFor = "person" }) => waitsFor !== "person").length,
      failed: connections.filter(({ phase }) => phase === "Failed").length,
    }))
    .toSorted(
      (one, other) =>
        Number(other.unread !== undefined) - Number(one.unread !== undefined) ||
        other.used - one.used ||
        (one.service < other.service ? -1 : 1),
    );
}

/** What is recorded of a service is all that is known of it, and says nothing of how full it is. */
function Unread({ row: { used, unread } }: { readonly row: Row }) {
  return (
    <span>
      <Badge tone="warn" text="unread" /> {used === 0 ? "" : `${used} known,`}{" "}
      <small class="muted">
        {unread?.readAt === undefined ? (
          "never read"
        ) : (
          <>
            read <Time at={unread.readAt} />
          </>
        )}
      </small>
    </span>
  );
}

function Usage({ row: { used, service } }: { readonly row: Row }) {
  const tone = used >= limit ? "bad" : used >= 80 ? "warn" : "";
  return (
    <span class="usage">
      <meter
        class={tone}
        min={0}
        max={limit}
        value={Math.min(used, limit)}
        aria-label={`Connections of ${nameOf(service)}`}
      />
      <span class="number-cell">{used}</span>
    </span>
  );
}
