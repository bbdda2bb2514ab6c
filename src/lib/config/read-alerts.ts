import type { AlertType } from "../alerts/alert.ts";
import type { Wanted } from "../alerts/routes.ts";
import { alertTypes, severities, type Severity } from "../alerts/severity.ts";
import type { AlertsConfig } from "./config.ts";

type Values = ReadonlyMap<string, string>;

/** Settings of sinks that may be Key Vault references. Where one does not resolve, that sink alone cannot be used. */
export const sinkSecrets = [
  "DRAWBRIDGE_ALERT_TOPIC",
  "DRAWBRIDGE_ALERT_TOPIC_KEY",
  "DRAWBRIDGE_ALERT_TEAMS_URL",
  "DRAWBRIDGE_ALERT_WEBHOOK_URL",
  "DRAWBRIDGE_ALERT_WEBHOOK_SECRET",
];

/** Sinks besides the log; none is required. `unresolved` has, by setting, why a Key Vault reference has no value. */
export function readAlerts(values: Values, unresolved: Values, problems: string[]): AlertsConfig {
  const topic = urlAt(values, "DRAWBRIDGE_ALERT_TOPIC", problems, topicHosts);
  const key = values.get("DRAWBRIDGE_ALERT_TOPIC_KEY");
  const url = urlAt(values, "DRAWBRIDGE_ALERT_TEAMS_URL", problems, teamsHosts);
  const hook = urlAt(values, "DRAWBRIDGE_ALERT_WEBHOOK_URL", problems);
  const secret = values.get("DRAWBRIDGE_ALERT_WEBHOOK_SECRET") ?? "";
  const isSecretUnresolved = unresolved.has("DRAWBRIDGE_ALERT_WEBHOOK_SECRET");
  if (hook !== undefined && !isSecretUnresolved && secret.length < secretMin)
    problems.push(
      `DRAWBRIDGE_ALERT_WEBHOOK_SECRET must have at least ${secretMin} characters: it signs what is sent to DRAWBRIDGE_ALERT_WEBHOOK_URL`,
    );
  const eventgrid = sinkOf(
    topic === undefined ? undefined : { endpoint: topic, ...(key === undefined ? {} : { key }) },
    whyUnavailable(unresolved, "DRAWBRIDGE_ALERT_TOPIC", topic && "DRAWBRIDGE_ALERT_TOPIC_KEY"),
    wantedAt(values, "TOPIC", problems),
  );
  const teams = sinkOf(
    url === undefined ? undefined : { url },
    whyUnavailable(unresolved, "DRAWBRIDGE_ALERT_TEAMS_URL"),
    wantedAt(values, "TEAMS", problems),
  );
  const webhook = sinkOf(
    hook === undefined ? undefined : { url: hook, secret },
    whyUnavailable(unresolved, "DRAWBRIDGE_ALERT_WEBHOOK_URL", hook && "DRAWBRIDGE_ALERT_WEBHOOK_SECRET"),
    wantedAt(values, "WEBHOOK", problems),
  );
  return {
    ...(eventgrid === undefined ? {} : { eventgrid }),
    ...(teams === undefined ? {} : { teams }),
    ...(webhook === undefined ? {} : { webhook }),
  };
}

/**
 * Why a sink cannot be used: the first of its settings that did not resolve. A secret counts only beside an address.
 */
function whyUnavailable(unresolved: Values, address: string, secret?: string): string | undefined {
  return unresolved.get(address) ?? (secret === undefined ? undefined : unresolved.get(secret));
}

function sinkOf<T extends object, W extends object>(
  config: T | undefined,
  unavailable: string | undefined,
  wanted: W,
): ((T | { readonly unavailable: string }) & W) | undefined {
  if (unavailable !== undefined) return { unavailable, ...wanted };
  return config === undefined ? undefined : { ...config, ...wanted };
}

const secretMin = 16;

/** Hosts of Event Grid topics in Azure's clouds. The app's token or the topic's key is sent to no other host. */
const topicHosts = [".eventgrid.azure.net", ".eventgrid.azure.us", ".eventgrid.azure.cn"];
/** Hosts of workflows: Power Platform's environments, and the earlier ones of Logic Apps. */
const teamsHosts = [
  ".api.powerplatform.com",
  ".api.gov.powerplatform.microsoft.us",
  ".api.high.powerplatform.microsoft.us",
  ".api.powerplatform.partner.microsoftonline.cn",
  ".logic.azure.com",
  ".logic.azure.us",
  ".logic.azure.cn",
  ".webhook.office.com",
];

/** Allows http only to this machine, as in tests. A URL may be a secret, so that no problem repeats it. */
function urlAt(
  values: Values,
  name: string,
  problems: string[],
  hosts?: readonly string[],
): string | undefined {
  const value = values.get(name);
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url === undefined || (url.protocol !== "https:" && !(isLocal && values.has("DRAWBRIDGE_ARM_ENDPOINT"))))
    problems.push(`${name} must be an https URL`);
  else if (url.username !== "" || url.password !== "")
    problems.push(`${name} must not hold a name or a password`);
  else if (!isLocal && hosts?.some((host) => url.hostname.endsWith(host)) === false)
    problems.push(`${name} must be at one of *${hosts.join(", *")}`);
  return value;
}

/** Kinds of alerts and severities in one list: `critical, ConnectionHeld`. */
function wantedAt(values: Values, sink: string, problems: string[]): { readonly wanted?: Wanted } {
  const name = `DRAWBRIDGE_ALERT_${sink}_KINDS`;
  const parts = (values.get(name) ?? "").split(",").map((part) => part.trim());
  const named = parts.filter((part) => part !== "");
  if (named.length === 0) return {};
  const [types, levels]: [AlertType[], Severity[]] = [[], []];
  for (const part of named) {
    const type = alertTypes.find((each) => each.toLowerCase() === `drawbridge.${part.toLowerCase()}`);
    const severity = severities.find((each) => each === part.toLowerCase());
    if (type !== undefined) types.push(type);
    else if (severity !== undefined) levels.push(severity);
    else
      problems.push(
        `${name}: "${part}" is neither a severity (${severities.join(", ")}) nor a kind of alert, such as ConnectionHeld`,
      );
  }
  return { wanted: { types, severities: levels } };
}
