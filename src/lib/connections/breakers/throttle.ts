import type { ServiceId } from "../../azure/resource-id.ts";

/** Why nothing may be done about a connection for now, whatever its facts, and until when. */
export interface Throttle {
  readonly by: "approvals" | "requests";
  readonly reason: string;
  readonly until: string;
}

/** An approval that is counted since `takenAt`, or what keeps it from being made now. */
export type Admission = { readonly takenAt: Date } | { readonly throttle: Throttle };

/** A new request to a service. How it was found shows whether events arrive. */
export interface FoundRequest {
  readonly service: ServiceId;
  readonly by: "event" | "sweep" | "otherwise";
}
