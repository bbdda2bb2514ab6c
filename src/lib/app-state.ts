import type { Alert } from "./alerts/alert.ts";

/** The names of the app's own rows, all in the partition `app`. Stored: they must not change. */
export const appRows = {
  /** Since when the app runs. */
  firstStart: "first-start",
  /** Lease, position and last completion of the sweep and of the address check. */
  sweep: "run-connections",
  addressCheck: "run-addresses",
  /** Which overdue scan was reported. */
  overdue: (subject: string) => `overdue-${subject}`,
  /** The last hour's requests and approvals, and since when a breaker is open. */
  requests: "breaker-requests",
  approvals: "breaker-approvals",
  /** Revocations since the last sweep began. */
  revocations: "breaker-revocations",
  /**
   * What was reported last: of the mode, the policy, its expiring rules, held connections, poison messages, capacity.
   */
  mode: "mode",
  policy: "policy",
  expiring: (rule: string) => `expiring-${rule}`,
  held: "held",
  poisoned: "poisoned",
  capacity: "capacity",
  /** The last check for event paths. */
  eventPaths: "event-paths",
  /** The rights that Azure refused lately. */
  refused: "refused",
  /** The last read of the service tags, and each watched one. */
  serviceTags: "service-tags",
  serviceTag: (name: string) => `service-tag-${name}`,
  /** A sink that does not take alerts. */
  sink: (name: string) => `sink-${name}`,
  /** What `observe` would have applied since the last report. */
  summary: "summary",
  /** How far the lists have got with what was stored before there were indexes. */
  backfill: "backfill",
  /** A re-evaluation of a large scope, and which of them are under way. */
  reevaluation: (id: string) => `reevaluation-${id}`,
  reevaluations: "reevaluations",
} as const;

/** The row's next value, with its alerts. */
export interface Changed<T> {
  readonly value: T;
  readonly alerts?: readonly Alert[];
}

/**
 * State of the app itself, not of one service. All its rows are in the partition `app`, so that a row and its alerts
 * are written together.
 */
export interface AppState {
  read<T extends object>(row: string): Promise<T | undefined>;
  /**
   * Reads a row and writes what `change` returns, with its alerts, in one transaction. On an etag conflict, re-reads
   * and retries. An undefined change writes nothing. Returns the row as it is now.
   */
  update<T extends object>(
    row: string,
    change: (found: T | undefined) => Changed<T> | undefined,
  ): Promise<T | undefined>;
  /** Removes a row if it is there and `isDone` is true of it. On an etag conflict, re-reads and retries. */
  remove<T extends object>(row: string, isDone: (found: T) => boolean): Promise<void>;
}
