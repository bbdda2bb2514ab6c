import type { Health } from "../api/data.ts";
import { plural } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Card, Properties } from "../parts/layout.tsx";
import { Foreign, Time } from "../parts/text.tsx";

const modes: Readonly<Record<string, string>> = {
  off: "reviews nothing",
  observe: "decides and records, changes nothing",
  "approve-only": "applies approvals only",
  enforce: "applies every verdict",
};

/** Mode, policy and last sweep in one line. */
export function StatusLine({ health: of }: { readonly health: Health }) {
  const { mode, policy, sweeps } = of;
  return (
    <span class="status-line">
      <Status health={of} />
      <span>mode {mode}</span>
      <span>policy {policy.name ?? "does not load"}</span>
      <span>
        last sweep <Time at={sweeps?.endedAt ?? undefined} />
      </span>
    </span>
  );
}

/** A warning is no reason to call the app broken, and none to look away. */
function Status({ health: { status, warnings } }: { readonly health: Health }) {
  if (status !== "ok") return <Badge tone="bad" text={status} />;
  if (warnings.length === 0) return <Badge tone="good" text={status} />;
  return <Badge tone="warn" text={`${status}, ${plural(warnings.length, "warning")}`} />;
}

export function HealthCard({ health: of }: { readonly health: Health }) {
  const { mode, policy, sweeps, lastEvent, breakers, sinks, warnings, addressChecks } = of;
  return (
    <Card title="Health and configuration" more={<Status health={of} />}>
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
            <li key={warning}>
              <Badge tone="warn" text="warning" /> <Foreign text={warning} />
            </li>
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
  if (eventPaths === null)
    return <span class="muted">not known before the first address check, which reads them</span>;
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
