// What the alerts about Drawbridge itself say happened, and in some what to do. They are raised with these texts, and
// docs/alerts.md shows them. Those of the breakers are in connections/breakers/breaker-texts.ts, which the dashboard
// reads too.

export const policyChangedReason = "held connections are reviewed again under the new policy or mode";

export const policyInvalidReason =
  "the policy does not load, so every request is held. Correct the problems listed here";

export function ruleExpiresReason(expiresOn: string): string {
  return `the rule expires at ${expiresOn}. Renew it, or remove it`;
}

export function eventPathReason(foundBySweep: number, requests: number): string {
  return (
    `${foundBySweep} of ${requests} requests of the last hour were found by a sweep, without any event; ` +
    "check that the Event Grid subscription is there and that its deliveries succeed"
  );
}

export function sweepOverdueReason(since: string): string {
  return (
    `no sweep of the connections has completed since ${since}; requests that events missed are not found until one does. ` +
    "Check the timer sweepConnections, and the log for failed reads of the inventory"
  );
}

export function addressCheckOverdueReason(since: string): string {
  return (
    `no check of the addresses has completed since ${since}; addresses that change are not reported until one does. ` +
    "Check the timer checkAddresses, and the log for failed reads of the inventory"
  );
}

/** Of a sink that did not accept alerts for a day. */
export function sinkDeadReason(sink: string, why: string): string {
  return (
    `the sink ${sink} does not accept alerts (${why}), and they are given up after a day; each of them is in the log. ` +
    "Check the sink's setting, and whether the sink can be reached"
  );
}

/** Of a sink that cannot be used at all. */
export function sinkUnavailableReason(sink: string, why: string): string {
  return `the sink ${sink} gets no alerts: ${why}. Its alerts wait for a day, and each of them is in the log`;
}

export function heldReminderReason(held: number): string {
  const [have, them] = held === 1 ? ["connection has", "it"] : ["connections have", "them"];
  return (
    `${held} ${have} waited for a person for more than a day; approve or reject ${them} (drawbridge decide, or the portal), ` +
    "or give the policy what it needs to decide"
  );
}

export function observeSummaryReason(since: string, counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([verdict, count]) => `${verdict} ${count}`);
  return `in mode observe since ${since} these would have been applied: ${parts.join(", ")}; nothing was changed on Azure`;
}

/** Of a review that the queue gave up. */
export const reviewFailedReason =
  "a review of it failed five times in a row with an unexpected error; see the log";

/** Of a message of the queue from which no review can be read. */
export const messageUnreadableReason =
  "a message of the queue reviews failed five times and cannot be parsed";
