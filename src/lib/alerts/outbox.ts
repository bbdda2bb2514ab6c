import type { PublicIpId, ServiceId } from "../azure/resource-id.ts";
import type { Alert } from "./alert.ts";

/** The owner of alerts: a service, a public IP resource, or the app itself. */
export type Owner = ServiceId | PublicIpId | "app";

/** An owner as text, which tells it from every other one: its id, or `app`. */
export function ownerText(owner: Owner): string {
  return owner === "app" ? owner : owner.text;
}

/** An alert that one sink has not received yet. */
export interface Undelivered {
  readonly alert: Alert;
  readonly sink: string;
  /** How many attempts failed. */
  readonly attempts: number;
  /** When to send it next; undefined for at once. */
  readonly nextAt?: string;
  readonly version: string;
}

/** Says that an owner has undelivered alerts. The sweeps read these. */
export interface OpenDelivery {
  readonly owner: Owner;
  readonly version: string;
  /** When the next alert is due; undefined for at once. */
  readonly until?: string;
}

/** The rows that guarantee the delivery of alerts. */
export interface Outbox {
  /** The alerts that are neither delivered nor given up. */
  undelivered(owner: Owner): Promise<readonly Undelivered[]>;
  /** Removes an alert that was delivered. */
  delivered(owner: Owner, alert: Undelivered): Promise<void>;
  /**
   * Reserves an alert for the caller until then, and counts an attempt. Returns the alert as it is stored then;
   * undefined where another process has it.
   */
  claim(owner: Owner, alert: Undelivered, until: string): Promise<Undelivered | undefined>;
  /** Puts an alert off until `nextAt`. */
  postpone(owner: Owner, alert: Undelivered, nextAt: string): Promise<void>;
  /**
   * Gives an alert up for its sink, which the alert itself then says: a row that stayed would be read at each delivery.
   */
  deadLetter(owner: Owner, alert: Undelivered, at: string): Promise<void>;

  /** Opens a delivery of an owner's alerts, which says that there are some. */
  openDelivery(owner: Owner): Promise<OpenDelivery>;
  /** Ends it: closes it, or keeps it open until then for what is left; unless it was opened again in the meantime. */
  endDelivery(delivery: OpenDelivery, until: string | undefined): Promise<void>;
  /** All open deliveries, one page of the table at a time. */
  openDeliveries(): AsyncIterable<OpenDelivery>;
}
