import type { Connection, Held } from "../api/data.ts";
import { nameOf, plural, serviceOf, subscriptionOf } from "../format.ts";
import { Choice, Filter } from "../parts/filter.tsx";
import { Empty } from "../parts/states.tsx";
import { Steps } from "../parts/steps.tsx";
import { linkTo, type Route } from "../route.ts";
import { matches } from "../search.ts";
import { HeldCard } from "./held-card.tsx";

interface HeldListProps {
  readonly held: Held;
  readonly route: Route;
}

/** What needs a person, the longest waiting first, filtered as the link says. */
export function HeldList({ held: { held, continuation }, route }: HeldListProps) {
  const [service, text] = [route.query.get("service") ?? "", route.query.get("q") ?? ""];
  const found = held.filter(
    (each) =>
      (service === "" || sameId(serviceOf(each.connection), service)) &&
      matches(text, each.connection, each.reason, each.message, each.rule, subscriptionOf(each.endpointId)),
  );
  if (held.length === 0)
    return (
      <Empty title="Nothing waits for a person">
        Requests that the policy cannot settle appear here, with the reason.
      </Empty>
    );
  return (
    <>
      <div class="filters">
        <Filter route={route} hint="reason, message, rule, name or subscription" />
        <ServiceFilter held={held} route={route} service={service} />
        <span class="muted">
          {plural(found.length, "connection")}, the longest waiting first
          {continuation === undefined ? "" : `, of the ${held.length.toLocaleString("en")} that wait longest`}
        </span>
      </div>
      {found.length === 0 ? (
        <Empty title="No held connection matches">Another filter shows more.</Empty>
      ) : null}
      <Steps of={found} step={50}>
        {(shown) => (
          <ul class="cards">
            {shown.map((each) => (
              <li key={each.connection} class="card">
                <HeldCard connection={each} />
              </li>
            ))}
          </ul>
        )}
      </Steps>
      {continuation === undefined ? null : (
        <p class="muted">
          More wait than are read here. All of them are in the list of{" "}
          <a href={linkTo("connections", "", { phase: "Held" })}>connections</a>.
        </p>
      )}
    </>
  );
}

const sameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

interface ServiceFilterProps {
  readonly held: readonly Connection[];
  readonly route: Route;
  readonly service: string;
}

/** The services that something waits for, with how much. */
function ServiceFilter({ held, route, service }: ServiceFilterProps) {
  const counts = new Map<string, number>(service === "" ? [] : [[service, 0]]);
  for (const { connection } of held) {
    const id = serviceOf(connection);
    const key = sameId(id, service) ? service : id;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const byName = [...counts].toSorted(([one], [other]) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const options = byName.map(([id, count]) => [id, `${nameOf(id)} (${count.toLocaleString("en")})`] as const);
  return (
    <Choice
      route={route}
      name="service"
      title="Service"
      value={service}
      options={[["", "all"], ...options]}
    />
  );
}
