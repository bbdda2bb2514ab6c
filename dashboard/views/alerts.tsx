import { alertOf, alerts, type Alert } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { exactTime, nameOf, plural, serviceOf, valueText } from "../format.ts";
import { Severity } from "../parts/badge.tsx";
import { Card, View } from "../parts/layout.tsx";
import { Filter } from "../parts/filter.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Dated, Foreign, OfService, Time } from "../parts/text.tsx";
import { RequesterOf } from "../parts/requester.tsx";
import type { Route } from "../route.ts";
import { matches } from "../search.ts";
import { linkOfAlert, linkToAlert } from "./alert-link.ts";
import { Sinks } from "./sinks.tsx";

/** Alerts, newest first, and the sinks that they go to. */
export function AlertsView({ route }: { readonly route: Route }) {
  const known = useFeed(alerts);
  const text = route.query.get("q") ?? "";
  return (
    <View title="Alerts" lead="What a person was told, newest first.">
      {known.value === undefined ? null : <Sinks alerts={known.value} />}
      <div class="filters">
        <Filter route={route} hint="kind, severity or resource" />
      </div>
      <Shown known={known} what="the alerts">
        {(all) => {
          const found = all.filter(({ type, subject, severity, id }) =>
            matches(text, type, subject, severity, id),
          );
          return found.length === 0 ? (
            <Empty title={text === "" ? "No alerts" : "No alert matches"} />
          ) : (
            <AlertList alerts={found} />
          );
        }}
      </Shown>
    </View>
  );
}

/** One alert, which a link names. */
export function AlertView({ route }: { readonly route: Route }) {
  const known = useFeed(alertOf(route.id, route.query.get("time") ?? ""));
  const { value } = known;
  if (value === undefined || value === null || value === "not searched")
    return (
      <View title="Alert">
        <Shown known={known} what="the alert">
          {(found) =>
            found === null ? (
              <Empty title="This alert is not found">
                It may be older than the alerts that are kept, or the link has another time than that when it
                was raised.
              </Empty>
            ) : (
              <Empty title="This alert is not among those that were searched">
                There are more alerts than the page searches. A link with the time when it was raised leads to
                it; “drawbridge alerts” lists them all.
              </Empty>
            )
          }
        </Shown>
      </View>
    );
  return (
    <View title={`${shortType(value)} about ${nameOf(value.subject)}`} lead={exactTime(value.time)}>
      <Card title="The alert" more={<Severity severity={value.severity} />}>
        <AlertDetails alert={value} />
      </Card>
    </View>
  );
}

const shortType = ({ type }: Alert) => type.replace("Drawbridge.", "");

function AlertList({ alerts: found }: { readonly alerts: readonly Alert[] }) {
  return (
    <ul class="lines card">
      {found.map((alert) => (
        <li key={alert.id}>
          <details>
            <summary class="line-head">
              <span>
                <Severity severity={alert.severity} /> <strong>{shortType(alert)}</strong>{" "}
                <Foreign text={nameOf(alert.subject)} />{" "}
                {isConnection(alert.subject) ? <OfService connection={alert.subject} /> : null}
              </span>
              <Time at={alert.time} />
            </summary>
            <AlertDetails alert={alert} />
            <p>
              <a href={linkToAlert(alert)}>This alert</a>
            </p>
          </details>
          {isConnection(alert.subject) ? <RequesterOf connection={alert.subject} /> : null}
          <Reason of={alert.data.reason} />
        </li>
      ))}
    </ul>
  );
}

const isConnection = (subject: string) => serviceOf(subject) !== subject;

/** The first words about it, where its data has any. */
function Reason({ of }: { readonly of: unknown }) {
  if (typeof of !== "string") return null;
  return (
    <small class="muted clamp">
      <Dated text={of} />
    </small>
  );
}

/** What may have been put off since: until when a breaker is open at the earliest. */
function isKnownThen(type: Alert["type"], name: string): boolean {
  return type === "Drawbridge.BreakerOpened" && name === "until";
}

function AlertDetails({ alert }: { readonly alert: Alert }) {
  const { type, data, sinks, givenUp = [], id } = alert;
  const link = linkOfAlert(alert);
  return (
    <div class="alert-details">
      {link === undefined ? null : (
        <p>
          <a href={link.to}>{link.text}</a>
        </p>
      )}
      <dl class="properties">
        {Object.entries(data).map(([name, value]) => (
          <div key={name}>
            <dt>
              <Foreign text={name} />
              {isKnownThen(type, name) ? " (as known then)" : null}
            </dt>
            <dd>
              <Dated text={valueText(value)} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{plural(sinks.length, "sink")}</dt>
          <dd>{sinks.join(", ")}</dd>
        </div>
        {givenUp.length === 0 ? null : (
          <div>
            <dt>never accepted by</dt>
            <dd>{givenUp.map(({ sink }) => sink).join(", ")}</dd>
          </div>
        )}
        <div>
          <dt>id</dt>
          <dd>
            <code class="arm-id">{id}</code>
          </dd>
        </div>
      </dl>
    </div>
  );
}
