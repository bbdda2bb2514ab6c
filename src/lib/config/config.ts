import type { Wanted } from "../alerts/routes.ts";
import type { TopicConfig } from "../alerts/sinks/event-grid.ts";
import type { TeamsConfig } from "../alerts/sinks/teams.ts";
import type { WebhookConfig } from "../alerts/sinks/webhook.ts";
import type { PublicIpId } from "../azure/resource-id.ts";

/** `off`: no reviews. `observe`: decide and record. `approve-only`: apply approvals. `enforce`: apply all. */
export type Mode = "off" | "observe" | "approve-only" | "enforce";

export const modes: readonly Mode[] = ["off", "observe", "approve-only", "enforce"];

/** What is governed. Ids are canonical; a service is governed by any of the first five unless it is excluded. */
export interface ScopeConfig {
  readonly subscriptions: readonly string[];
  /** ARM ids of resource groups, in lower case. */
  readonly resourceGroups: readonly string[];
  /** ARM ids of services, canonical. */
  readonly ids: readonly string[];
  /** Ids of management groups, in lower case: every service in a subscription somewhere below. */
  readonly managementGroups: readonly string[];
  /** Names in lower case; without a value, any will do. */
  readonly tags: readonly { readonly name: string; readonly value?: string }[];
  /** Subscription ids or ARM ids of resource groups or services, in lower case. */
  readonly exclude: readonly string[];
}

/** Where queues and tables are: by connection string on a laptop, by identity on Azure. */
export type StateConfig =
  | { readonly kind: "connection-string"; readonly connectionString: string }
  | {
      readonly kind: "identity";
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      readonly clientId?: string;
    };

/** How much may happen in an hour, over all instances of the app. */
export interface Ceilings {
  readonly approvalsPerHour: number;
  readonly requestsPerHour: number;
}

/** Public IP resources that are watched beside the services: by their ids, or by tags as `ScopeConfig` has them. */
export interface WatchConfig {
  readonly ids: readonly PublicIpId[];
  readonly tags: ScopeConfig["tags"];
}

/** Who may use the HTTP API, beside having a function key. */
export interface AuthConfig {
  /** Whether App Service authentication is on, which alone makes its headers mean something. */
  readonly platform: boolean;
  /** Where Entra ID is switched on: whose tokens are taken. */
  readonly entra?: {
    readonly tenant: string;
    readonly audience: string;
    /** Object or application ids, in lower case; anybody with the role where there are none. */
    readonly callers: readonly string[];
  };
}

/** Where alerts go beside the log. */
export interface AlertsConfig {
  readonly eventgrid?: TopicConfig & { readonly wanted?: Wanted };
  readonly teams?: TeamsConfig & { readonly wanted?: Wanted };
  readonly webhook?: WebhookConfig & { readonly wanted?: Wanted };
}

/** Where what is old goes. */
export interface ArchiveConfig {
  /** The URL of a container of blobs. */
  readonly url: string;
  /** How long it is kept at hand before. */
  readonly keepDays: number;
}

export interface Config {
  readonly mode: Mode;
  /** A file or a folder, relative to the package, or the URL of a blob or a container. */
  readonly policy: string;
  /** Values by parameter name. */
  readonly policyParameters: Readonly<Record<string, unknown>>;
  /** A file of such values, from the policy's folder or the blob's; undefined where the setting names none. */
  readonly policyParametersFile?: string;
  readonly scope: ScopeConfig;
  readonly sweepSchedule: string;
  /** How far apart two sweeps are by their schedule, at most. */
  readonly sweepPeriodMs: number;
  readonly addressSchedule: string;
  readonly addressPeriodMs: number;
  /** The folder of declared baselines, relative to the package; undefined where none is configured. */
  readonly addresses?: string;
  readonly watch: WatchConfig;
  readonly ceilings: Ceilings;
  readonly alerts: AlertsConfig;
  readonly auth: AuthConfig;
  /** Undefined where everything is kept in the table. */
  readonly archive?: ArchiveConfig;
  /** Whether metrics and traces are sent, to where OpenTelemetry's own variables say. */
  readonly telemetry: boolean;
  readonly state: StateConfig;
  /** What can be meant, but is seldom wise. */
  readonly warnings: readonly string[];
  /** A loopback origin of a simulator; absent on Azure. */
  readonly armEndpoint?: string;
}
