/** The row of a periodic scan: lease owner, checkpoint and last completion. */
export interface Run {
  readonly owner: string;
  readonly startedAt: string;
  /** Expiry of the owner's lease. */
  readonly leaseUntil: string;
  /** The page of the inventory to continue at; undefined to start at the first one. */
  readonly from?: string;
  /** Up to when the subscriptions that were due have been listed; see `rotation`. */
  readonly listedUntil?: string;
  readonly endedAt?: string;
  /** Time between two runs. */
  readonly periodMs: number;
}

/**
 * A kind of periodic scan: its row, its name in messages, and the subject and the reason of the alert that it is
 * overdue.
 */
export interface ScanKind {
  readonly row: string;
  readonly name: string;
  readonly subject: string;
  readonly overdue: (since: string) => string;
}
