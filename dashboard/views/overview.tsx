import { held, decisions, estate, health, type Estate, type Health } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { ReevaluateButton } from "../actions/reevaluate.tsx";
import { plural } from "../format.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Card, Properties, View } from "../parts/layout.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { ConnectionLink, Foreign, Time } from "../parts/text.tsx";
import { linkTo } from "../route.ts";
import { EntryList } from "./entry-list.tsx";

/** The state of the gates at a glance. */
export function OverviewView() {
  const knownHealth = useFeed(health);
  const knownEstate = useFeed(estate);
  const knownHeld = useFeed(held);
  const knownDecisions = useFeed(decisions);
  return (
    <View
      title="Overview"
      actions={<ReevaluateButton scope="all" what="every pending connection that is governed" />}
    >
      <Shown known={knownHealth} what="the health of the app">
        {(value) => <Problems health={value} />}
      </Shown>
      <Shown known={knownEstate} what="the counts">
        {(value) => <Counts estate={value} />}
      </Shown>
      <div class="columns">
        <Card title="Needs a person" more={<a href={linkTo("held")}>All held connections</a>}>
          <Shown known={knownHeld} what="the held connections">
            {({ held: found }) =>
              found.length === 0 ? (
                <Empty title="Nothing waits for a person">Every request has been decided.</Empty>
              ) : (
                <ul class="lines">
                  {found.slice(0, 6).map(({ connection, reason = "", decidedAt, firstSeenAt }) => (
                    <li key={connection}>
                      <span class="line-head">
                        <ConnectionLink id={connection} /> <Time at={decidedAt ?? firstSeenAt} />
                      </span>
                      <small class="muted clamp">
                        <Foreign text={reason} />
                      </small>
                    </li>
                  ))}
                </ul>
              )
            }
          </Shown>
        </Card>
        <Card title="Recent decisions" more={<a href={linkTo("decisions")}>All decisions</a>}>
          <Shown known={knownDecisions} what="the decisions">
            {(found) => <EntryList entries={found.slice(0, 8)} />}
          </Shown>
        </Card>
      </div>
      {knownEstate.value === undefined ? null : <Endings estate={knownEstate.value} />}
      <Shown known={knownHealth} what="the configuration">
        {(value) => <Configuration health={value} />}
      </Shown>
    </View>
  );
}

function Problems({ health: { problems } }: { readonly health: Health }) {
  if (problems.length === 0) return null;
  return (
    <section class="notice bad" aria-label="Problems">
      <h2>{plural(problems.length, "problem keeps", "problems keep")} the app from its work</h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </section>
  );
}

function Counts({ estate: { connections, services } }: { readonly estate: Estate }) {
  const live = connections.filter(({ phase }) => phase !== "Gone");
  const count = (isCounted: (each: (typeof live)[number]) => boolean) => live.filter(isCounted).length;
  const tiles: readonly (readonly [name: string, count: number, link: string, tone: Tone])[] = [
    ["Need a person", count(({ waitsFor }) => waitsFor === "person"), linkTo("held"), "warn"],
    [
      "Wait for the mode",
      count(({ waitsFor }) => waitsFor === "mode"),
      linkTo("held", "", { wait: "mode" }),
      "info",
    ],
    [
      "Failed",
      count(({ phase }) => phase === "Failed"),
      linkTo("connections", "", { phase: "Failed" }),
      "bad",
    ],
    [
      "Approved on Azure",
      count(({ state }) => state === "Approved"),
      linkTo("connections", "", { q: "Approved" }),
      "good",
    ],
    ["Connections", live.length, linkTo("connections"), "calm"],
    ["Services", services.length, linkTo("services"), "calm"],
  ];
  return (
    <ul class="tiles" aria-label="Counts">
      {tiles.map(([name, number, link, tone]) => (
        <li key={name}>
          <a href={link} class={`tile ${number === 0 ? "calm" : tone}`}>
            <span class="number">{number.toLocaleString("en")}</span>
            <span>{name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

const endingsShown = 6;

/** Approvals that end, or that are to be revoked: the next ones. */
function Endings({ estate: { connections } }: { readonly estate: Estate }) {
  const endings = connections
    .flatMap(({ id, endsAt, revokesAt }) => {
      const at = revokesAt ?? endsAt;
      return at === undefined ? [] : [{ id, at, isRevoked: revokesAt !== undefined }];
    })
    .toSorted((one, other) => (one.at < other.at ? -1 : 1));
  if (endings.length === 0) return null;
  const links = [
    ["term", "All that end"],
    ["revocation", "All to be revoked"],
  ] as const;
  return (
    <Card
      title={`Approvals that end (${endings.length.toLocaleString("en")})`}
      more={
        <span class="links">
          {links.map(([end, name]) => (
            <a key={end} href={linkTo("connections", "", { end })}>
              {name}
            </a>
          ))}
        </span>
      }
    >
      <ul class="lines">
        {endings.slice(0, endingsShown).map(({ id, at, isRevoked }) => (
          <li key={id} class="line-head">
            <span>
              <Badge tone={isRevoked ? "bad" : "info"} text={isRevoked ? "to be revoked" : "term"} />{" "}
              <ConnectionLink id={id} />
            </span>
            <Time at={at} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

const modes: Readonly<Record<string, string>> = {
  off: "reviews nothing",
  observe: "decides and records, changes nothing",
  "approve-only": "applies approvals only",
  enforce: "applies every verdict",
};

function Configuration({ health: of }: { readonly health: Health }) {
  const { mode, policy, sweeps, lastEvent, breakers, sinks, warnings, addressChecks } = of;
  return (
    <Card
      title="Health and configuration"
      more={<Badge tone={of.status === "ok" ? "good" : "bad"} text={of.status} />}
    >
      <Properties
        of={[
          [
            "Mode",
            <>
              <strong>{mode}</strong> <span class="muted">{modes[mode] ?? ""}</span>
            </>,
          ],
          [
            "Policy",
            <>
              <strong>{policy.name ?? "does not load"}</strong>{" "}
              <code title={policy.hash}>{policy.hash.slice(0, 12)}</code>
            </>,
          ],
          ["Last sweep", <Time at={sweeps?.endedAt ?? undefined} />],
          ["Last address check", <Time at={addressChecks?.endedAt ?? undefined} />],
          [
            "Last event",
            <>
              <Time at={lastEvent ?? undefined} /> <span class="muted">on the instance that answered</span>
            </>,
          ],
          ["Event paths", <EventPaths health={of} />],
          ["Breaker of requests", <Breaker since={breakers.requests} />],
          ["Breaker of approvals", <Breaker since={breakers.approvals} />],
          ["Alert sinks", sinks.join(", ")],
        ]}
      />
      {warnings.length === 0 ? null : (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Breaker({ since }: { readonly since: string | null }) {
  if (since === null) return <span>closed</span>;
  return (
    <span>
      <Badge tone="bad" text="open" /> since <Time at={since} />
    </span>
  );
}

function EventPaths({ health: { eventPaths } }: { readonly health: Health }) {
  if (eventPaths === null) return <span class="muted">not checked before the first sweep</span>;
  const { subscriptions, absent, unknown, problems } = eventPaths;
  if (absent + unknown === 0) return <span>complete for {plural(subscriptions, "subscription")}</span>;
  return (
    <span class="stack">
      <span>
        {absent === 0 ? null : <Badge tone="warn" text={`${absent} missing`} />}{" "}
        {unknown === 0 ? null : <Badge tone="calm" text={`${unknown} unknown`} />}
      </span>
      {problems.slice(0, 5).map(({ subscription, reason }) => (
        <small class="muted" key={subscription}>
          <code>{subscription}</code>: {reason}
        </small>
      ))}
    </span>
  );
}
