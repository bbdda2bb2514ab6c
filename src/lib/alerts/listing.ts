import type { Page, PageRequest } from "../page.ts";
import type { Alert, AlertType } from "./alert.ts";
import type { Owner } from "./outbox.ts";
import type { Severity } from "./severity.ts";

interface AlertFilter {
  readonly owner?: Owner;
  readonly type?: AlertType;
  readonly severity?: Severity;
  /** Raised at this instant or later, and before this one; ISO 8601. */
  readonly from?: string;
  readonly to?: string;
}

/** An alert with the sinks that it is for. */
export type ListedAlert = Alert & {
  readonly sinks: readonly string[];
  /** The sinks that never accepted it, and when its delivery to each was given up. */
  readonly givenUp?: readonly { readonly sink: string; readonly at: string }[];
};

/** Alerts of all owners, newest first. A page ends after a bounded amount of work, even if it is not full. */
export type ListAlerts = (filter: AlertFilter, page: PageRequest) => Promise<Page<ListedAlert>>;
