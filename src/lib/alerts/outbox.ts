import type { PublicIpId, ServiceId } from "../azure/resource-id.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Alert, AlertType } from "./alert.ts";

/** Whose alerts: one service's, a public IP resource's, or the app's own. */
export type Owner = ServiceId | PublicIpId | "app";

/** An alert that is still to be told through one sink. */
export interface Undelivered {
  readonly alert: Alert;
  readonly sink: string;
  /** How often the sink did not take it. */
  readonly attempts: number;
  /** When to try again; undefined for at once. */
  readonly nextAt?: string;
  readonly version: string;
}

/** That an owner has alerts which are not told yet; what the sweeps read to find them. */
export interface OutboxMark {
  readonly owner: Owner;
  readonly version: string;
  /** When there is something to do; undefined for at once. */
  readonly until?: string;
}

/** The rows that guarantee that an alert gets where it goes. */
export interface Outbox {
  /** What is neither told nor given up. */
  undelivered(owner: Owner): Promise<readonly Undelivered[]>;
  /** Forgets an alert that was told. */
  delivered(owner: Owner, alert: Undelivered): Promise<void>;
  /**
   * Takes an alert to tell it: until then nobody else does. Returns it as it is then; undefined where somebody else has
   * it. Counts as an attempt.
   */
  claim(owner: Owner, alert: Undelivered, until: string): Promise<Undelivered | undefined>;
  /** Keeps an alert for another time. */
  postpone(owner: Owner, alert: Undelivered, nextAt: string): Promise<void>;
  /** Gives an alert up; it stays, to be looked at. */
  deadLetter(owner: Owner, alert: Undelivered, at: string): Promise<void>;

  /** What was ever to be told, with the sinks that it was for; one owner's in order of time. */
  alerts(
    filter: { readonly owner?: Owner; readonly type?: AlertType; readonly from?: string },
    page: PageRequest,
  ): Promise<Page<Alert & { readonly sinks: readonly string[] }>>;

  /** Says that an owner has something to be told. */
  mark(owner: Owner): Promise<OutboxMark>;
  /** Takes the mark away, or leaves it until then; unless it was set again since. */
  settle(mark: OutboxMark, until: string | undefined): Promise<void>;
  /** Every mark, a page of the table at a time. */
  marks(): AsyncIterable<OutboxMark>;
}
