/**
 * The app's metrics and spans. Their names are stable. Attributes are few and bounded, since each combination is a
 * series.
 */
export interface Telemetry {
  /** Adds to a counter. */
  count(name: CounterName, attributes?: Attributes, times?: number): void;
  /** Records a duration, in seconds. */
  recordDuration(name: DurationName, seconds: number, attributes?: Attributes): void;
  /** Sets a gauge. */
  setGauge(name: GaugeName, value: number): void;
  /** Runs work within a span of this name. An error that it throws ends the span as failed. */
  span<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Sends the metrics and spans. Resolves even if that fails. */
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
export type GaugeName = "drawbridge.drifts.open";

/** The description of each metric, which backends show. */
export const described: Readonly<Record<CounterName | DurationName | GaugeName, string>> = {
  "drawbridge.verdicts": "Reviews by verdict, by the rule that decided and by whether it was applied",
  "drawbridge.found_by_sweep": "New requests found by a sweep, without an event",
  "drawbridge.arm.calls": "Requests to Azure Resource Manager, by kind and status class",
  "drawbridge.arm.throttled": "Requests that Azure refused with 429, or that were not sent because it would",
  "drawbridge.alerts.delivered": "Alerts that a sink accepted",
  "drawbridge.alerts.not_taken": "Delivery attempts that a sink did not accept",
  "drawbridge.verdict.latency": "From the event, sweep or request that asked for a review to its end",
  "drawbridge.outbox.age": "From an alert's writing to its delivery",
  "drawbridge.drifts.open": "Addresses that differ from their baseline",
};

/** Measures nothing: the default, unless telemetry is switched on. */
export const noTelemetry: Telemetry = {
  count: () => {},
  recordDuration: () => {},
  setGauge: () => {},
  span: (_, work) => work(),
  flush: () => Promise.resolve(),
};
