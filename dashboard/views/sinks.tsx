import { health, type Alert } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { plural } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/layout.tsx";
import { Shown } from "../parts/states.tsx";
import { Time } from "../parts/text.tsx";

/** What each sink is. */
const meanings: Readonly<Record<string, string>> = {
  log: "the app's structured log",
  summary: "sends nothing: it counts for the hourly ObserveSummary of mode observe",
  eventgrid: "an Event Grid custom topic",
  teams: "a Teams workflow",
  webhook: "a signed webhook",
};

/** The sinks, with what they got of the alerts that the page has, and what they did not accept. */
export function Sinks({ alerts }: { readonly alerts: readonly Alert[] }) {
  const details = useFeed(health);
  const summarised = alerts.filter(({ sinks }) => sinks.includes("summary")).length;
  return (
    <Card title="Sinks">
      <Shown known={details} what="the sinks">
        {({ sinks }) => (
          <ul class="sinks">
            {sinks.map((name) => (
              <li key={name}>
                <SinkLine name={name} alerts={alerts} />
              </li>
            ))}
          </ul>
        )}
      </Shown>
      {summarised === 0 ? null : (
        <p class="muted">
          {plural(summarised, "alert")} of mode observe {summarised === 1 ? "is" : "are"} not sent one by one:
          the hourly ObserveSummary counts what would have been applied.
        </p>
      )}
    </Card>
  );
}

function SinkLine({ name, alerts }: { readonly name: string; readonly alerts: readonly Alert[] }) {
  const meant = alerts.filter(({ sinks }) => sinks.includes(name));
  const givenUp = meant.flatMap((each) => (each.givenUp ?? []).filter(({ sink }) => sink === name));
  const dead = alerts.find(({ type, data }) => type === "Drawbridge.SinkDead" && data.sink === name);
  const [last] = meant;
  return (
    <>
      <strong>{name}</strong> <span class="muted">{meanings[name] ?? ""}</span>
      <br />
      {last === undefined ? (
        <span class="muted">none of these alerts is for it</span>
      ) : (
        <span>
          {plural(meant.length, "alert")}, the last <Time at={last.time} />
        </span>
      )}
      {givenUp.length === 0 ? null : (
        <>
          {" "}
          <Badge tone="bad" text={`${givenUp.length} never accepted`} />
        </>
      )}
      {dead === undefined ? null : (
        <>
          {" "}
          <Badge tone="bad" text="reported dead" /> <Time at={dead.time} />
        </>
      )}
    </>
  );
}
