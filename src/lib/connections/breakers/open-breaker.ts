/** A breaker that is open: why nothing may be done about a connection for now, whatever its facts, and until when. */
export interface OpenBreaker {
  readonly kind: "open";
  readonly name: "approvals" | "requests";
  readonly reason: string;
  readonly until: string;
}
