import { nearest } from "../policy/source/nearest.ts";
import { modes, type ArchiveConfig, type Config, type Mode, type StateConfig } from "./config.ts";
import { readAppEndpoints } from "./app-endpoints.ts";
import { isLoopback, readArmEndpoint } from "./arm-endpoint.ts";
import { readAlerts, sinkSecrets } from "./read-alerts.ts";
import { readAuth } from "./read-auth.ts";
import { readRateLimits } from "./read-rate-limits.ts";
import { readNumber, type NumberRange } from "./read-number.ts";
import { readPolicyParameters } from "./policy-parameters.ts";
import { readSchedules } from "./read-schedules.ts";
import { readScope, readWatch } from "./read-scope.ts";
import { isVaultReference, unresolvedReference } from "./vault-reference.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown with every problem of the settings at once. The problems name settings and never repeat a secret. */
export class ConfigInvalid extends Error {
  override readonly name = "ConfigInvalid";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the settings are not usable: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

/** Variables of the command line, which may be in the same environment. */
export const ofTheCommandLine: readonly string[] = [
  "DRAWBRIDGE_URL",
  "DRAWBRIDGE_KEY",
  "DRAWBRIDGE_TOKEN",
  "DRAWBRIDGE_APP_ID",
  "DRAWBRIDGE_STATE_ACCOUNT_ID",
];

/** Every setting that begins with DRAWBRIDGE_. */
export const settings = [
  "DRAWBRIDGE_MODE",
  "DRAWBRIDGE_POLICY",
  "DRAWBRIDGE_POLICY_PARAMETERS",
  "DRAWBRIDGE_SCOPE_SUBSCRIPTIONS",
  "DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS",
  "DRAWBRIDGE_SCOPE_RESOURCE_GROUPS",
  "DRAWBRIDGE_SCOPE_TAGS",
  "DRAWBRIDGE_SCOPE_IDS",
  "DRAWBRIDGE_SCOPE_EXCLUDE",
  "DRAWBRIDGE_SWEEP_SCHEDULE",
  "DRAWBRIDGE_ADDRESS_SCHEDULE",
  "DRAWBRIDGE_ADDRESSES",
  "DRAWBRIDGE_ADDRESS_WATCH",
  "DRAWBRIDGE_ALERT_TOPIC",
  "DRAWBRIDGE_ALERT_TOPIC_KEY",
  "DRAWBRIDGE_ALERT_TOPIC_KINDS",
  "DRAWBRIDGE_ALERT_TEAMS_URL",
  "DRAWBRIDGE_ALERT_TEAMS_KINDS",
  "DRAWBRIDGE_ALERT_WEBHOOK_URL",
  "DRAWBRIDGE_ALERT_WEBHOOK_SECRET",
  "DRAWBRIDGE_ALERT_WEBHOOK_KINDS",
  "DRAWBRIDGE_AUTH",
  "DRAWBRIDGE_AUTH_TENANT",
  "DRAWBRIDGE_AUTH_AUDIENCE",
  "DRAWBRIDGE_AUTH_CALLERS",
  "DRAWBRIDGE_ARCHIVE",
  "DRAWBRIDGE_KEEP_DAYS",
  "DRAWBRIDGE_TELEMETRY",
  "DRAWBRIDGE_INSTANCES",
  "DRAWBRIDGE_MAX_APPROVALS_PER_HOUR",
  "DRAWBRIDGE_MAX_REQUESTS_PER_HOUR",
  "DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN",
  "DRAWBRIDGE_ARM_ENDPOINT",
];

/**
 * Reads the environment as a frozen configuration.
 * @throws {ConfigInvalid} with all problems
 */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const warnings: string[] = [];
  const { values, unresolved } = settingsOf(environment, problems);
  const armEndpoint = readArmEndpoint(values.get("DRAWBRIDGE_ARM_ENDPOINT"), problems);
  const addresses = values.get("DRAWBRIDGE_ADDRESSES");
  if (values.has("DRAWBRIDGE_INSTANCES"))
    warnings.push(
      "DRAWBRIDGE_INSTANCES has no effect any more: all instances share one quota in the table; remove the setting",
    );
  const state = readState(values, problems);
  const config: Config = {
    app: readAppEndpoints(environment, state),
    mode: readMode(values.get("DRAWBRIDGE_MODE"), problems),
    policy: readPolicyPlace(values.get("DRAWBRIDGE_POLICY"), problems),
    ...readPolicyParameters(values.get("DRAWBRIDGE_POLICY_PARAMETERS"), problems),
    scope: readScope(values, problems),
    ...readSchedules(values, problems, warnings),
    ...(addresses === undefined ? {} : { addresses }),
    watch: readWatch(values, problems),
    rateLimits: readRateLimits(values, problems),
    alerts: readAlerts(values, unresolved, problems),
    telemetry: readTelemetry(values, problems),
    ...readArchive(values, problems),
    auth: readAuth(values, environment.WEBSITE_AUTH_ENABLED, problems),
    state,
    warnings,
    ...(armEndpoint === undefined ? {} : { armEndpoint }),
  };
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return deepFreeze(config);
}

interface OwnSettings {
  readonly values: ReadonlyMap<string, string>;
  /** By setting of a sink, why its Key Vault reference has no value. */
  readonly unresolved: ReadonlyMap<string, string>;
}

/** Drawbridge's own settings, trimmed, without the empty ones. */
function settingsOf(environment: Environment, problems: string[]): OwnSettings {
  const values = new Map<string, string>();
  const unresolved = new Map<string, string>();
  for (const [name, raw] of Object.entries(environment)) {
    const value = raw?.trim() ?? "";
    if (!name.toLowerCase().startsWith("drawbridge") || value === "" || ofTheCommandLine.includes(name))
      continue;
    if (name.startsWith("DRAWBRIDGE_") && !settings.includes(name)) problems.push(unknownSetting(name));
    else if (!isVaultReference(value)) values.set(name, value);
    else if (sinkSecrets.includes(name)) unresolved.set(name, unresolvedReference(name, value));
    else problems.push(unresolvedReference(name, value));
  }
  return { values, unresolved };
}

function unknownSetting(name: string): string {
  // Without the beginning that all have, which would make any two of them alike.
  const rest = (of: string) => of.slice("DRAWBRIDGE_".length);
  const near = nearest(
    rest(name),
    settings.map((each) => rest(each)),
  );
  return `${name} is not a setting of this version${near === undefined ? "" : `; did you mean DRAWBRIDGE_${near}?`}`;
}

function readMode(value: string | undefined, problems: string[]): Mode {
  const mode = modes.find((each) => each === (value ?? "observe").toLowerCase());
  if (mode === undefined)
    problems.push(`DRAWBRIDGE_MODE is "${value}"; it must be one of ${modes.join(", ")}`);
  return mode ?? "off";
}

function readPolicyPlace(value: string | undefined, problems: string[]): string {
  const place = value ?? "policies/default";
  if (!/^[a-z]+:\/\//i.test(place)) return place;
  const what = "a path in the package, or the https URL of a blob or a container";
  checkBlobUrl("DRAWBRIDGE_POLICY", place, what, problems);
  return place;
}

/**
 * Allows http only from this machine, as Azurite serves it, so that nobody on the network can read or replace the
 * policy.
 */
function checkBlobUrl(name: string, text: string, what: string, problems: string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && !isLoopback(url)))
    problems.push(`${name} must be ${what}`);
  else if (url.search !== "")
    problems.push(`${name} must not carry a signature: it is the app's identity that may use the blob`);
}

/** The minimum is well above the days for which a review may need a decision. */
const keepDays: NumberRange = { default: 365, min: 30, max: 36_500 };

function readArchive(
  values: ReadonlyMap<string, string>,
  problems: string[],
): { readonly archive?: ArchiveConfig } {
  const url = values.get("DRAWBRIDGE_ARCHIVE");
  if (url === undefined) {
    if (values.has("DRAWBRIDGE_KEEP_DAYS"))
      problems.push("DRAWBRIDGE_KEEP_DAYS needs DRAWBRIDGE_ARCHIVE: what is not archived is not removed");
    return {};
  }
  checkBlobUrl("DRAWBRIDGE_ARCHIVE", url, "the https URL of a container of blobs", problems);
  return { archive: { url, keepDays: readNumber(values, "DRAWBRIDGE_KEEP_DAYS", keepDays, problems) } };
}

function readTelemetry(values: ReadonlyMap<string, string>, problems: string[]): boolean {
  const value = (values.get("DRAWBRIDGE_TELEMETRY") ?? "off").toLowerCase();
  if (value !== "off" && value !== "otlp")
    problems.push(`DRAWBRIDGE_TELEMETRY is "${value}"; it must be off or otlp`);
  return value === "otlp";
}

function readState(values: ReadonlyMap<string, string>, problems: string[]): StateConfig {
  const connectionString = values.get("DrawbridgeState");
  const tableServiceUri = values.get("DrawbridgeState__tableServiceUri");
  const queueServiceUri = values.get("DrawbridgeState__queueServiceUri");
  const clientId = values.get("DrawbridgeState__clientId");
  if (connectionString !== undefined) {
    if (
      !connectionString.includes("AccountName=") &&
      !connectionString.includes("UseDevelopmentStorage=true")
    )
      problems.push("DrawbridgeState is not a storage connection string");
    return { kind: "connection-string", connectionString };
  }
  if (tableServiceUri === undefined) {
    problems.push("DrawbridgeState is missing; set a connection string, or DrawbridgeState__tableServiceUri");
    return { kind: "connection-string", connectionString: "" };
  }
  if (!tableServiceUri.startsWith("https://"))
    problems.push("DrawbridgeState__tableServiceUri must begin with https://");
  if (queueServiceUri === undefined)
    problems.push(
      "DrawbridgeState__queueServiceUri is missing; the queues need it beside the tables' address",
    );
  else if (!queueServiceUri.startsWith("https://"))
    problems.push("DrawbridgeState__queueServiceUri must begin with https://");
  return {
    kind: "identity",
    tableServiceUri,
    queueServiceUri: queueServiceUri ?? "",
    ...(clientId === undefined ? {} : { clientId }),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
