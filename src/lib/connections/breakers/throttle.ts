/** Why nothing may be done about a connection for now, whatever its facts, and until when. */
export interface Throttle {
  readonly by: "approvals" | "requests";
  readonly reason: string;
  readonly until: string;
}

/** An approval that is counted since `takenAt`, or what keeps it from being made now. */
export type Admission = { readonly takenAt: Date } | { readonly throttle: Throttle };

/** How a request was found, which shows whether events arrive. */
export type FoundBy = "event" | "sweep" | "otherwise";
