/** What is measured of the app, by names that stay. Attributes are few and bounded: each combination is a series. */
export interface Telemetry {
  /** Something happened. */
  count(name: CounterName, attributes?: Attributes, times?: number): void;
  /** Something took so long, in seconds. */
  took(name: DurationName, seconds: number, attributes?: Attributes): void;
  /** Something is so many, until it is said anew. */
  level(name: LevelName, value: number): void;
  /** Does work within a span of this name; what it throws ends the span as failed. */
  span<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Sends what is measured; resolves whatever comes of it. */
  flush(): Promise<void>;
}

export type Attributes = Readonly<Record<string, string>>;
export type CounterName =
  | "drawbridge.verdicts"
  | "drawbridge.found_by_sweep"
  | "drawbridge.arm.calls"
  | "drawbridge.arm.throttled"
  | "drawbridge.alerts.delivered"
  | "drawbridge.alerts.not_taken";
export type DurationName = "drawbridge.verdict.latency" | "drawbridge.outbox.age";
export type LevelName = "drawbridge.drifts.open";

/** What each is, for those who read it in a backend. */
export const described: Readonly<Record<CounterName | DurationName | LevelName, string>> = {
  "drawbridge.verdicts": "Reviews by verdict, by the rule that decided and by whether it was applied",
  "drawbridge.found_by_sweep": "New requests that no event told of",
  "drawbridge.arm.calls": "Requests to Azure Resource Manager, by kind and status class",
  "drawbridge.arm.throttled": "Requests that Azure refused with 429, or that were not sent because it would",
  "drawbridge.alerts.delivered": "Alerts that a sink took",
  "drawbridge.alerts.not_taken": "Attempts at an alert that a sink did not take",
  "drawbridge.verdict.latency": "From the event, sweep or request that asked for a review to its end",
  "drawbridge.outbox.age": "From an alert's writing to its delivery",
  "drawbridge.drifts.open": "Addresses that are others than what is held to be right",
};

/** Nothing is measured: as it is unless telemetry is switched on. */
export const noTelemetry: Telemetry = {
  count: () => {},
  took: () => {},
  level: () => {},
  span: (_, work) => work(),
  flush: () => Promise.resolve(),
};
