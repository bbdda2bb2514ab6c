import type { AppState } from "../app-state.ts";
import type { Announcements } from "../alerts/announce.ts";
import type { Clock } from "../clock.ts";
import type { AppEndpoints, ScopeConfig, WatchConfig } from "../config/config.ts";
import type { EventAzure } from "../estate/events/event-paths.ts";
import type { Log } from "../log.ts";
import type { AddressAzure } from "./azure-addresses.ts";
import type { Baselines } from "./model/baseline.ts";
import type { Declared } from "./model/declared.ts";
import type { AddressDigests } from "./model/digest.ts";

/** What the address watch depends on. */
export interface AddressServices {
  readonly azure: AddressAzure;
  readonly baselines: Baselines;
  readonly digests: AddressDigests;
  readonly declared: Declared;
  readonly scope: ScopeConfig;
  /** Public IP resources that are watched besides the services. */
  readonly watch: WatchConfig;
  /** Event paths: Azure's side, and where this app receives events. */
  readonly events: { readonly azure: EventAzure; readonly app: AppEndpoints };
  readonly appState: AppState;
  readonly alerts: Announcements;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}
