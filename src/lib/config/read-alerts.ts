import type { AlertType } from "../alerts/alert.ts";
import type { Wanted } from "../alerts/routes.ts";
import { alertTypes, severities, type Severity } from "../alerts/severity.ts";
import type { AlertsConfig } from "./config.ts";

type Values = ReadonlyMap<string, string>;

/** Sinks besides the log; none is required. */
export function readAlerts(values: Values, problems: string[]): AlertsConfig {
  const topic = urlAt(values, "DRAWBRIDGE_ALERT_TOPIC", problems, topicHosts);
  const key = values.get("DRAWBRIDGE_ALERT_TOPIC_KEY");
  const teams = urlAt(values, "DRAWBRIDGE_ALERT_TEAMS_URL", problems, teamsHosts);
  const webhook = urlAt(values, "DRAWBRIDGE_ALERT_WEBHOOK_URL", problems);
  const secret = values.get("DRAWBRIDGE_ALERT_WEBHOOK_SECRET") ?? "";
  if (webhook !== undefined && secret.length < secretMin)
    problems.push(
      `DRAWBRIDGE_ALERT_WEBHOOK_SECRET must have at least ${secretMin} characters: it signs what is sent to DRAWBRIDGE_ALERT_WEBHOOK_URL`,
    );
  return {
    ...(topic === undefined
      ? {}
      : {
          eventgrid: {
            endpoint: topic,
            ...(key === undefined ? {} : { key }),
            ...wantedAt(values, "TOPIC", problems),
          },
        }),
    ...(teams === undefined ? {} : { teams: { url: teams, ...wantedAt(values, "TEAMS", problems) } }),
    ...(webhook === undefined
      ? {}
      : { webhook: { url: webhook, secret, ...wantedAt(values, "WEBHOOK", problems) } }),
  };
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
