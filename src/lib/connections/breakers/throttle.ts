/** Why nothing may be done about a connection for now, whatever its facts, and until when. */
export interface Throttle {
  readonly by: "approvals" | "requests";
  readonly reason: string;
  readonly until: string;
}

/** How a request was found, which shows whether events arrive. */
export type FoundBy = "event" | "sweep" | "otherwise";
