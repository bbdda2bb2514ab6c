import type { Wanted } from "../alerts/routes.ts";
import type { TopicConfig } from "../alerts/sinks/event-grid.ts";
import type { TeamsConfig } from "../alerts/sinks/teams.ts";
import type { WebhookConfig } from "../alerts/sinks/webhook.ts";
import type { PublicIpId } from "../azure/resource-id.ts";

/** `off`: no reviews. `observe`: decide and record. `approve-only`: apply approvals. `enforce`: apply all. */
export type Mode = "off" | "observe" | "approve-only" | "enforce";

export const modes: readonly Mode[] = ["off", "observe", "approve-only", "enforce"];

/**
 * The governed services. Ids are canonical. A service that matches any of the first five is governed, unless it is
 * excluded.
 */
export interface ScopeConfig {
  readonly subscriptions: readonly string[];
  /** ARM ids of resource groups, in lower case. */
  readonly resourceGroups: readonly string[];
  /** ARM ids of services, canonical. */
  readonly ids: readonly string[];
  /** Ids of management groups, in lower case: every service in a subscription below one of them. */
  readonly managementGroups: readonly string[];
  /** Names in lower case. Without a value, any value matches. */
  readonly tags: readonly { readonly name: string; readonly value?: string }[];
  /** Subscription ids or ARM ids of resource groups or services, in lower case. */
  readonly exclude: readonly string[];
}

/** Access to queues and tables: by connection string on a laptop, by identity on Azure. */
export type StateConfig =
  | { readonly kind: "connection-string"; readonly connectionString: string }
  | {
      readonly kind: "identity";
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      readonly clientId?: string;
    };

/** Maximum numbers, over all instances of the app: per hour, unless said otherwise. */
export interface RateLimits {
  readonly approvalsPerHour: number;
  /** Since a sweep began. */
  readonly revocationsPerRun: number;
  readonly requestsPerHour: number;
}

/** Public IP resources that are watched besides the services: by their ids, or by tags as in `ScopeConfig`. */
export interface WatchConfig {
  readonly ids: readonly PublicIpId[];
  readonly tags: ScopeConfig["tags"];
}

/** Who may use the HTTP API, besides the function key. */
export interface AuthConfig {
  /** Whether App Service authentication is on. Without it, its headers prove nothing. */
  readonly platform: boolean;
  /** Whose tokens are accepted, if Entra ID is switched on. */
  readonly entra?: {
    readonly tenant: string;
    readonly audience: string;
    /** Object or application ids, in lower case; without any, everyone with the role. */
    readonly callers: readonly string[];
  };
}

/** The configuration of a sink, or why it cannot be used: a Key Vault reference of it did not resolve. */
type SinkConfig<T> = { readonly wanted?: Wanted } & (T | { readonly unavailable: string });

/** The sinks of alerts besides the log. */
export interface AlertsConfig {
  readonly eventgrid?: SinkConfig<TopicConfig>;
  readonly teams?: SinkConfig<TeamsConfig>;
  readonly webhook?: SinkConfig<WebhookConfig>;
}

/** The archive of old records. */
export interface ArchiveConfig {
  /** The URL of a container of blobs. */
  readonly url: string;
  /** How long records stay in the table. */
  readonly keepDays: number;
}

/** Where this app receives events: at its functions, and in the queue `events` of its state account. */
export interface AppEndpoints {
  /** Name of the function app; undefined where the app does not know it, such as on a laptop. */
  readonly site?: string;
  /** Subscription of the function app, in lower case. */
  readonly siteSubscription?: string;
  readonly hostname?: string;
  readonly stateAccount?: string;
}

export interface Config {
  /** Where this app receives events. */
  readonly app: AppEndpoints;
  readonly mode: Mode;
  /** A file or a folder, relative to the package, or the URL of a blob or a container. */
  readonly policy: string;
  /** Values by parameter name. */
  readonly policyParameters: Readonly<Record<string, unknown>>;
  /** A file of such values, in the policy's folder or container; undefined if the setting names none. */
  readonly policyParametersFile?: string;
  readonly scope: ScopeConfig;
  readonly sweepSchedule: string;
  /** Longest time between two sweeps by their schedule. */
  readonly sweepPeriodMs: number;
  readonly addressSchedule: string;
  readonly addressPeriodMs: number;
  /** The folder of declared baselines, relative to the package; undefined if none is configured. */
  readonly addresses?: string;
  readonly watch: WatchConfig;
  readonly rateLimits: RateLimits;
  readonly alerts: AlertsConfig;
  readonly auth: AuthConfig;
  /** Undefined if everything is kept in the table. */
  readonly archive?: ArchiveConfig;
  /** Whether metrics and traces are sent. OpenTelemetry's own variables name the destination. */
  readonly telemetry: boolean;
  readonly state: StateConfig;
  /** Values that are valid but rarely intended. */
  readonly warnings: readonly string[];
  /** A loopback origin of a simulator; absent on Azure. */
  readonly armEndpoint?: string;
}
