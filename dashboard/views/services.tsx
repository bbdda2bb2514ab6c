import { useMemo } from "preact/hooks";
import { estate, type Estate } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, plural } from "../format.ts";
import { View } from "../parts/layout.tsx";
import { Filter } from "../parts/filter.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Resource } from "../parts/text.tsx";
import { linkTo, type Route } from "../route.ts";
import { matches } from "../search.ts";

/** Azure's limit of private endpoint connections of one service. */
const limit = 100;

interface Row {
  readonly service: string;
  readonly used: number;
  readonly held: number;
  readonly failed: number;
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
    cell: ({ used, service }) => <Usage used={used} name={nameOf(service)} />,
  },
  { title: "Held", width: "4rem", cell: ({ held }) => <Count of={held} tone="warn" /> },
  { title: "Failed", width: "4rem", cell: ({ failed }) => <Count of={failed} tone="bad" /> },
  {
    title: "Action",
    width: "8rem",
    isLong: true,
    cell: ({ service }) => (
      <ReevaluateButton scope={service} what={`the connections of ${nameOf(service)}`} />
    ),
  },
];

function Count({ of, tone }: { readonly of: number; readonly tone: "warn" | "bad" }) {
  return <span class={of === 0 ? "muted" : tone}>{of}</span>;
}

/** Services with the number of their connections against Azure's limit, the fullest first. */
export function ServicesView({ route }: { readonly route: Route }) {
  const known = useFeed(estate);
  const text = route.query.get("q") ?? "";
  const rows = useMemo(() => rowsOf(known.value, text), [known.value, text]);
  return (
    <View
      title="Services"
      lead={`${plural(rows.length, "service")}, the fullest first. Azure allows a service ${limit} private endpoint connections.`}
    >
      <div class="filters">
        <Filter route={route} hint="name, resource group or subscription" />
      </div>
      <Shown known={known} what="the services">
        {() =>
          rows.length === 0 ? (
            <Empty title={text === "" ? "No services yet" : "No service matches"}>
              The sweep finds every service in the governed scope.
            </Empty>
          ) : (
            <Table label="Services" columns={columns} rows={rows} />
          )
        }
      </Shown>
    </View>
  );
}

function rowsOf(known: Estate | undefined, text: string): readonly Row[] {
  return (known?.services ?? [])
    .filter(({ service }) => matches(text, service))
    .map(({ service, connections }) => ({
      service,
      used: connections.filter(({ phase }) => phase !== "Gone").length,
      held: connections.filter(({ phase }) => phase === "Held").length,
      failed: connections.filter(({ phase }) => phase === "Failed").length,
    }))
    .toSorted((one, other) => other.used - one.used || (one.service < other.service ? -1 : 1));
}

function Usage({ used, name }: { readonly used: number; readonly name: string }) {
  const tone = used >= limit ? "bad" : used >= 80 ? "warn" : "";
  return (
    <span class="usage">
      <meter
        class={tone}
        min={0}
        max={limit}
        value={Math.min(used, limit)}
        aria-label={`Connections of ${name}`}
      />
      <span class="number-cell">{used}</span>
    </span>
  );
}
