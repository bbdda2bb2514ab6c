import { minuteMs } from "./clock.ts";
import type { Attributes, CounterName, DurationName, GaugeName, Telemetry } from "./telemetry.ts";
import { described } from "./telemetry.ts";
import type { Log } from "./log.ts";

const exportEveryMs = minuteMs;
const exportTimeoutMs = 10_000;

type Loaded = Awaited<ReturnType<typeof load>>;

/**
 * Telemetry through OpenTelemetry's own SDK and the OTLP exporters, which are loaded when something is first measured.
 * Where to send it is read by the exporters from OpenTelemetry's standard variables (OTEL_EXPORTER_OTLP_ENDPOINT and
 * its kin). What cannot be sent is dropped and logged, so telemetry never fails the work.
 */
export function openTelemetry(log: Log): Telemetry {
  let loaded: Promise<Loaded> | undefined;
  const levels = new Map<GaugeName, number>();

  /** Undefined where it could not be loaded or used: then nothing is measured, and the work goes on. */
  async function use<T>(work: (loaded: Loaded) => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work(await (loaded ??= load(levels)));
    } catch (error) {
      log.warn("telemetry is not recorded or not sent", {
        error: error instanceof Error ? error.name : typeof error,
      });
      return undefined;
    }
  }

  return {
    count: (name, attributes = {}, times = 1) => {
      void use(({ counter }) => {
        counter(name).add(times, attributes);
      });
    },
    recordDuration: (name, seconds, attributes = {}) => {
      void use(({ histogram }) => {
        histogram(name).record(seconds, attributes);
      });
    },
    setGauge: (name, value) => {
      levels.set(name, value);
      void use(({ gauge }) => gauge(name));
    },
    span: async (name, work) => {
      const span = await use(({ tracer }) => tracer.startSpan(name));
      try {
        return await work();
      } catch (error) {
        // Its name alone: an error's words may hold what must not leave.
        span?.setStatus({ code: 2, message: error instanceof Error ? error.name : typeof error });
        throw error;
      } finally {
        span?.end();
      }
    },
    flush: async () => {
      if (loaded !== undefined) await use(({ flush }) => flush());
    },
  };
}

/** Imports of CommonJS modules, which a bundle exposes as `default`. */
function defaultOf<T extends object>(module: T): T {
  return "default" in module ? (module.default as T) : module;
}

async function load(levels: ReadonlyMap<GaugeName, number>) {
  const [metrics, traces, resources, metricExporters, traceExporters] = await Promise.all([
    import("@opentelemetry/sdk-metrics").then(defaultOf),
    import("@opentelemetry/sdk-trace-base").then(defaultOf),
    import("@opentelemetry/resources").then(defaultOf),
    import("@opentelemetry/exporter-metrics-otlp-http").then(defaultOf),
    import("@opentelemetry/exporter-trace-otlp-http").then(defaultOf),
  ]);
  const resource = resources.resourceFromAttributes({ "service.name": "drawbridge" });
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: new metricExporters.OTLPMetricExporter(),
    exportIntervalMillis: exportEveryMs,
    exportTimeoutMillis: exportTimeoutMs,
  });
  const meters = new metrics.MeterProvider({ resource, readers: [reader] });
  const tracers = new traces.BasicTracerProvider({
    resource,
    spanProcessors: [new traces.BatchSpanProcessor(new traceExporters.OTLPTraceExporter())],
  });
  const meter = meters.getMeter("drawbridge");
  const made = new Map<string, unknown>();
  const once = <T>(name: string, make: () => T): T => {
    const found = (made.get(name) as T | undefined) ?? make();
    made.set(name, found);
    return found;
  };
  return {
    counter: (name: CounterName) =>
      once(name, () => meter.createCounter<Attributes>(name, { description: described[name] })),
    histogram: (name: DurationName) =>
      once(name, () => meter.createHistogram<Attributes>(name, { description: described[name], unit: "s" })),
    gauge: (name: GaugeName) => {
      once(name, () => {
        const observable = meter.createObservableGauge(name, { description: described[name] });
        observable.addCallback((result) => {
          result.observe(levels.get(name) ?? 0);
        });
        return observable;
      });
    },
    tracer: tracers.getTracer("drawbridge"),
    flush: async () => {
      await Promise.all([meters.forceFlush(), tracers.forceFlush()]);
    },
  };
}
