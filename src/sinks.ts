import { routesTo, type Wanted } from "./lib/alerts/routes.ts";
import type { Routes, Sink } from "./lib/alerts/sink.ts";
import { eventGridSink } from "./lib/alerts/sinks/event-grid.ts";
import { logSink } from "./lib/alerts/sinks/log.ts";
import type { Reach } from "./lib/alerts/sinks/reach.ts";
import { summarySink } from "./lib/alerts/sinks/summary.ts";
import { teamsSink } from "./lib/alerts/sinks/teams.ts";
import { webhookSink } from "./lib/alerts/sinks/webhook.ts";
import { unavailableSink } from "./lib/alerts/unavailable-sinks.ts";
import type { AppState } from "./lib/app-state.ts";
import type { Clock } from "./lib/clock.ts";
import type { Config } from "./lib/config/config.ts";
import type { Log } from "./lib/log.ts";

interface SinkServices {
  readonly appState: AppState;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the sinks may be. */
  readonly reach: Reach;
}

/** Every sink that is configured; the log and the summary of `observe` always are. */
export function sinksOf(
  { alerts: { eventgrid, teams, webhook } }: Config,
  { appState, clock, log, reach }: SinkServices,
): readonly Sink[] {
  return [
    logSink(log),
    summarySink(appState, clock),
    ...sinkOf("eventgrid", eventgrid, (config) => eventGridSink(config, reach)),
    ...sinkOf("teams", teams, (config) => teamsSink(config, reach)),
    ...sinkOf("webhook", webhook, (config) => webhookSink(config, clock, reach)),
  ];
}

interface Unavailable {
  readonly unavailable: string;
}

function sinkOf<C extends object>(
  name: string,
  config: C | undefined,
  make: (config: Exclude<C, Unavailable>) => Sink,
): readonly Sink[] {
  if (config === undefined) return [];
  return [isUsable(config) ? make(config) : unavailableSink(name, (config as Unavailable).unavailable)];
}

function isUsable<C extends object>(config: C): config is Exclude<C, Unavailable> {
  return !("unavailable" in config);
}

/** Which of the configured sinks an alert goes to. */
export function routesOf({ alerts }: Config): Routes {
  return routesTo(
    Object.entries(alerts).map(([name, { wanted }]: [string, { readonly wanted?: Wanted }]) =>
      wanted === undefined ? { name } : { name, wanted },
    ),
  );
}
