import type { Alert } from "../api/data.ts";
import { linkTo } from "../route.ts";

interface Link {
  readonly to: string;
  readonly text: string;
}

const health: Link = { to: linkTo(""), text: "Open the health of the app" };
/** What waits for the breaker that an alert is about. */
function breakerLink(subject: string): Link {
  const breaker = subject.slice("breaker/".length);
  return { to: linkTo("held", "", { wait: "breaker", breaker }), text: "Open what waits for the breaker" };
}

/** The alert's own place. The time is what it is found by. */
export function linkToAlert({ id, time }: Pick<Alert, "id" | "time">): string {
  return linkTo("alert", id, { time });
}

/** Of alerts that are about no resource. */
const links: Partial<Readonly<Record<Alert["type"], Link>>> = {
  "Drawbridge.HeldReminder": { to: linkTo("held"), text: "Open what needs a person" },
  "Drawbridge.ObserveSummary": {
    to: linkTo("held", "", { wait: "mode" }),
    text: "Open what waits for the mode",
  },
  "Drawbridge.EventPathBroken": health,
  "Drawbridge.PolicyChanged": health,
  "Drawbridge.PolicyInvalid": health,
  "Drawbridge.RuleExpiring": health,
  "Drawbridge.SweepOverdue": health,
};

/** Where a person sees what an alert is about, and acts on it; undefined where no view shows it. */
export function linkOfAlert({ type, subject }: Pick<Alert, "type" | "subject">): Link | undefined {
  if (/\/privateEndpointConnections\//i.test(subject))
    return { to: linkTo("connection", subject), text: "Open the connection" };
  if (type.startsWith("Drawbridge.Address") && subject.startsWith("/"))
    return { to: linkTo("address", subject), text: "Open the addresses of the resource" };
  if (/\/service\/[^/]+$/i.test(subject))
    return {
      to: linkTo("connections", "", { service: subject }),
      text: "Open the connections of the service",
    };
  if (subject === "breaker/requests" || subject === "breaker/approvals") return breakerLink(subject);
  return links[type];
}
