/** The row of a periodic scan: lease owner, checkpoint and last completion. */
export interface Run {
  readonly owner: string;
  readonly startedAt: string;
  /** Until when nobody else may go. */
  readonly leaseUntil: string;
  /** The inventory's page to go on with; undefined where one is to begin. */
  readonly from?: string;
  /** Until when subscriptions were listed whose turn had come; see `rotation`. */
  readonly listedUntil?: string;
  readonly endedAt?: string;
  /** How long it is from one to the next. */
  readonly periodMs: number;
}

/** What runs: its row, what one is called, what the alert is about that none came to its end, and what that one says. */
export interface ScanKind {
  readonly row: string;
  readonly name: string;
  readonly subject: string;
  readonly overdue: (since: string) => string;
}
