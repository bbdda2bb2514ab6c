import type { ComponentChildren } from "preact";
import type { Health } from "../api/data.ts";
import { nameOf, plural } from "../format.ts";
import { Badge } from "../parts/badge.tsx";
import { Card, Properties } from "../parts/layout.tsx";
import type { BreakerName } from "../parts/breaker.tsx";
import { Foreign, Since, Time } from "../parts/text.tsx";
import { linkTo } from "../route.ts";

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
      <span>
        policy <Foreign text={policy.name ?? "does not load"} />
      </span>
      <span>
        last sweep{" "}
        <FromState health={of}>
          <Time at={sweeps?.endedAt ?? undefined} />
        </FromState>
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
  const shared = (value: ComponentChildren) => <FromState health={of}>{value}</FromState>;
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
              <strong>
                <Foreign text={policy.name ?? "does not load"} />
              </strong>{" "}
              <code title={policy.hash}>{policy.hash.slice(0, 12)}</code>
            </>,
          ],
          ["Last sweep", shared(<Time at={sweeps?.endedAt ?? undefined} />)],
          ["Last address check", shared(<Time at={addressChecks?.endedAt ?? undefined} />)],
          [
            "Last event",
            <>
              <Time at={lastEvent ?? undefined} /> <span class="muted">on the instance that answered</span>
            </>,
          ],
          ["Event paths", shared(<EventPaths health={of} />)],
          ["Requests without events", shared(<EventsMissing health={of} />)],
          ["Requests breaker", shared(<Breaker name="requests" of={breakers} />)],
          ["Approvals breaker", shared(<Breaker name="approvals" of={breakers} />)],
          [
            "Revocations budget",
            breakers.revocationsRefused === 0
              ? undefined
              : shared(<UsedBudget refused={breakers.revocationsRefused} />),
          ],
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

interface FromStateProps {
  readonly health: Health;
  readonly children: ComponentChildren;
}

/** What all instances share. While the table cannot be read, it is not known, and nothing is shown in its place. */
function FromState({ health: { stateUnread }, children }: FromStateProps) {
  return stateUnread === null ? <>{children}</> : <Badge tone="warn" text="could not be read" />;
}

/** Which services send no events, and what to do about it. */
function EventsMissing({ health: { breakers } }: { readonly health: Health }) {
  const { eventsMissing: since, eventsMissingFrom: services } = breakers;
  if (since === null) return <span>few or none in the last hour</span>;
  return (
    <span class="stack">
      <span>
        <Badge tone="bad" text="events missing" /> <Since at={since} />
      </span>
      <span>
        Only sweeps find most new requests
        {services.length === 0 ? "" : ", in the last hour those to "}
        {services.map((id, index) => (
          <span key={id}>
            {index === 0 ? "" : ", "}
            <a href={linkTo("connections", "", { service: id })}>
              <Foreign text={nameOf(id)} />
            </a>
          </span>
        ))}
        .
      </span>
      <small class="muted">
        Check that the Event Grid subscription for them is there and that its deliveries succeed:{" "}
        <code>drawbridge doctor</code> says what is missing.
      </small>
    </span>
  );
}

interface BreakerProps {
  readonly name: BreakerName;
  readonly of: Health["breakers"];
}

function Breaker({ name, of }: BreakerProps) {
  const [since, until] = [of[name], of[`${name}Until`]];
  if (since === null) return <span>closed</span>;
  return (
    <span>
      <Badge tone="bad" text="open" /> <Since at={since} />
      {until === null ? null : (
        <>
          , closes <Time at={until} /> at the earliest
        </>
      )}
      ; <a href={linkTo("held", "", { wait: "breaker", breaker: name })}>what waits for it</a>
    </span>
  );
}

function UsedBudget({ refused }: { readonly refused: number }) {
  return <span>used up until the next sweep; tries refused since the last one began: {refused}</span>;
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
          <code>{subscription}</code>: <Foreign text={reason} />
        </small>
      ))}
    </span>
  );
}
