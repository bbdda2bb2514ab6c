import type { ComponentChildren } from "preact";
import { addresses, decisions, estate, health, longestHeld, type Estate, type Health } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { nameOf, subscriptionOf } from "../format.ts";
import { AddressState, type Tone } from "../parts/badge.tsx";
import { Card, View } from "../parts/layout.tsx";
import { Empty, Failure, Shown } from "../parts/states.tsx";
import { ConnectionLink, Dated, Foreign, OfService, Requester, Time } from "../parts/text.tsx";
import { linkTo } from "../route.ts";
import { Endings } from "./endings.tsx";
import { EntryList } from "./entry-list.tsx";
import { HealthCard, StatusLine } from "./health.tsx";

/** The state of the gates at a glance. */
export function OverviewView() {
  const knownHealth = useFeed(health);
  const knownEstate = useFeed(estate);
  const knownDecisions = useFeed(decisions);
  return (
    <View
      title="Overview"
      lead={knownHealth.value === undefined ? undefined : <StatusLine health={knownHealth.value} />}
      actions={<ReevaluateButton scope="all" what="every pending connection that is governed" />}
    >
      <Shown known={knownHealth} what="the health of the app">
        {(value) => <Problems health={value} />}
      </Shown>
      <Shown known={knownEstate} what="the counts">
        {(value) => <Counts estate={value} />}
      </Shown>
      <div class="columns">
        <div>
          <ForPersons />
          <Drifts />
          {knownEstate.value === undefined ? null : <Endings estate={knownEstate.value} />}
          <Shown known={knownHealth} what="the configuration">
            {(value) => <HealthCard health={value} />}
          </Shown>
        </div>
        <Card title="Recent decisions" more={<a href={linkTo("decisions")}>All decisions</a>}>
          <Shown known={knownDecisions} what="the decisions">
            {(found) => <EntryList entries={found.slice(0, 12)} />}
          </Shown>
        </Card>
      </div>
    </View>
  );
}

const shownMax = 6;

function ForPersons() {
  return (
    <Card title="Needs a person" more={<a href={linkTo("held")}>All held connections</a>}>
      <Shown known={useFeed(longestHeld)} what="the held connections">
        {({ held: found }) =>
          found.length === 0 ? (
            <Empty title="Nothing waits for a person">
              Requests that the policy cannot settle appear here, with the reason.
            </Empty>
          ) : (
            <Lines>
              {found.map(({ connection, endpointId, reason = "", decidedAt, firstSeenAt }) => (
                <li key={connection}>
                  <span class="line-head">
                    <span>
                      <ConnectionLink id={connection} /> <OfService connection={connection} />
                    </span>
                    <Time at={decidedAt ?? firstSeenAt} />
                  </span>
                  <Requester subscription={subscriptionOf(endpointId)} />
                  <small class="muted clamp">
                    <Dated text={reason} />
                  </small>
                </li>
              ))}
            </Lines>
          )
        }
      </Shown>
    </Card>
  );
}

/** Open drifts, each with the difference; nothing where there are none. */
function Drifts() {
  const { value, problem } = useFeed(addresses);
  if (value === undefined && problem !== undefined)
    return (
      <Card title="Open drifts">
        <Failure what="The addresses" why={problem.message} isRetried={problem.kind !== "refused"} />
      </Card>
    );
  const drifted = (value?.sets ?? []).filter(({ drift }) => drift !== undefined);
  if (drifted.length === 0) return null;
  return (
    <Card title="Open drifts" more={<a href={linkTo("addresses")}>All addresses</a>}>
      <Lines>
        {drifted.slice(0, shownMax).map(({ resource, kind, location, state, drift, current, baseline }) => (
          <li key={`${resource} ${kind} ${location}`}>
            <span class="line-head">
              <span>
                <AddressState state={state} />{" "}
                <a href={linkTo("address", resource)}>
                  <Foreign text={nameOf(resource)} />
                </a>
              </span>
              <Time at={drift?.since} />
            </span>
            <small class="muted clamp">
              <Foreign
                text={`${kind} addresses in ${location}: ${baseline.join(", ") || "none"} became ${current.join(", ") || "none"}`}
              />
            </small>
          </li>
        ))}
      </Lines>
    </Card>
  );
}

function Lines({ children }: { readonly children: ComponentChildren }) {
  return <ul class="lines">{children}</ul>;
}

function Problems({ health: { problems } }: { readonly health: Health }) {
  if (problems.length === 0) return null;
  return (
    <section class="notice bad" aria-label="Problems">
      <h2>
        {problems.length === 1
          ? "1 problem keeps the app from its work, or holds connections back"
          : `${problems.length} problems keep the app from its work, or hold connections back`}
      </h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>
            <Dated text={problem} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A count that could not be read is a dash: no drift is known then, which is not the same as none. */
function Counts({ estate: { connections, services } }: { readonly estate: Estate }) {
  const live = connections.filter(({ phase }) => phase !== "Gone");
  const drifted = useFeed(addresses).value?.sets.filter(({ drift }) => drift !== undefined).length;
  const unread = services.filter((each) => each.unread !== undefined).length;
  const count = (isCounted: (each: (typeof live)[number]) => boolean) => live.filter(isCounted).length;
  const byBreaker = count(({ waitsFor }) => waitsFor === "breaker");
  const tiles: readonly (readonly [name: string, count: number | undefined, link: string, tone: Tone])[] = [
    ["Need a person", count(({ waitsFor }) => waitsFor === "person"), linkTo("held"), "warn"],
    [
      "Wait for the mode",
      count(({ waitsFor }) => waitsFor === "mode"),
      linkTo("held", "", { wait: "mode" }),
      "info",
    ],
    ...(byBreaker === 0
      ? []
      : [["Wait for a breaker", byBreaker, linkTo("held", "", { wait: "breaker" }), "bad"] as const]),
    [
      "Failed",
      count(({ phase }) => phase === "Failed"),
      linkTo("connections", "", { phase: "Failed" }),
      "bad",
    ],
    [
      "Approved on Azure",
      count(({ state }) => state === "Approved"),
      linkTo("connections", "", { state: "Approved" }),
      "good",
    ],
    ["Open drifts", drifted, linkTo("addresses", "", { state: "drifted" }), "bad"],
    ["Connections", live.length, linkTo("connections"), "calm"],
    ["Services", services.length, linkTo("services"), "calm"],
    ...(unread === 0 ? [] : [["Unread services", unread, linkTo("services"), "warn"] as const]),
  ];
  return (
    <ul class="tiles" aria-label="Counts">
      {tiles.map(([name, number, link, tone]) => (
        <li key={name}>
          <a href={link} class={`tile ${number === 0 || number === undefined ? "calm" : tone}`}>
            <span class="number">{number?.toLocaleString("en") ?? "–"}</span>
            <span>{name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
