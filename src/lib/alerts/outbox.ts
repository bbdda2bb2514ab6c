import type { PublicIpId, ServiceId } from "../azure/resource-id.ts";
import type { Alert } from "./alert.ts";

/** An alert that is still to be told through one sink. */
export interface Undelivered {
  readonly alert: Alert;
  readonly sink: string;
  readonly version: string;
}

/** Whose alerts: one service's, a public IP resource's, or the app's own. */
export type Owner = ServiceId | PublicIpId | "app";

/** The rows that guarantee that an alert gets where it goes. */
export interface Outbox {
  undelivered(owner: Owner): Promise<readonly Undelivered[]>;
  /** Forgets an alert that was told. */
  delivered(owner: Owner, alert: Undelivered): Promise<void>;
}
