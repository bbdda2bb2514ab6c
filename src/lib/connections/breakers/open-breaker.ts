import type { ServiceId } from "../../azure/resource-id.ts";

/** A breaker that is open: why nothing may be done about a connection for now, whatever its facts, and until when. */
export interface OpenBreaker {
  readonly kind: "open";
  readonly name: "approvals" | "requests";
  readonly reason: string;
  readonly until: string;
}

/** An approval that may be sent, and is counted since then. */
export interface ApprovalPermit {
  readonly kind: "permit";
  readonly takenAt: Date;
}

/** A new request to a service. How it was found shows whether events arrive. */
export interface FoundRequest {
  readonly service: ServiceId;
  readonly by: "event" | "sweep" | "otherwise";
}
