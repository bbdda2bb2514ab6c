import { randomUUID } from "node:crypto";
import type { PolicyMemory } from "./lib/alerts/tell-policy.ts";
import { logSink, type Sink } from "./lib/alerts/sink.ts";
import { arm } from "./lib/azure/arm.ts";
import { armClients } from "./lib/azure/arm-clients.ts";
import { budget } from "./lib/azure/budget.ts";
import { systemClock } from "./lib/clock.ts";
import type { Config } from "./lib/config/config.ts";
import { loadPolicy } from "./lib/config/load-policy.ts";
import type { ReviewServices } from "./lib/connections/review.ts";
import type { Swept } from "./lib/connections/sweep.ts";
import { counters, type Counters } from "./lib/counters.ts";
import { jsonLog, type Log } from "./lib/log.ts";
import type { LoadedPolicy } from "./lib/policy/loaded-policy.ts";
import { rowsLedger } from "./lib/state/ledger.ts";
import { rowsOutbox } from "./lib/state/outbox.ts";
import { rowsPolicyMemory } from "./lib/state/policy-memory.ts";
import type { Rows } from "./lib/state/rows.ts";
import { tableClient } from "./lib/state/table-client.ts";
import { tableRows } from "./lib/state/table-rows.ts";

/** What happened last in this process, for whoever looks at its health. */
export interface Lately {
  event?: string;
  sweep?: { readonly at: string } & Pick<Swept, "services" | "unread"> & { readonly due: number };
}

/** The object graph: what the functions may touch. */
export interface Services extends ReviewServices {
  readonly config: Config;
  readonly counters: Counters;
  readonly lately: Lately;
  readonly rows: Rows;
  readonly policyMemory: PolicyMemory;
}

/** Configuration to object graph. Nothing is contacted and no SDK is loaded until a function needs it. */
export function createServices(config: Config, root: string): Services {
  const clock = systemClock;
  const log = jsonLog((line) => process.stdout.write(`${line}\n`), clock);
  const sinks: readonly Sink[] = [logSink(log)];
  const sinkNames = sinks.map(({ name }) => name);
  const rows = tableRows(tableClient(config.state));
  const { armEndpoint } = config;
  const clients = armClients({
    budget: budget(clock, config.instances),
    ...(armEndpoint === undefined ? {} : { armEndpoint }),
  });
  return {
    config,
    rows,
    log,
    clock,
    sinks,
    counters: counters(),
    lately: {},
    mode: config.mode,
    scope: config.scope,
    newId: randomUUID,
    policy: policyOnce(config, root, log),
    azure: arm(clients, log),
    ledger: rowsLedger(rows, sinkNames, clock),
    policyMemory: rowsPolicyMemory(rows, sinkNames),
    outbox: rowsOutbox(rows),
  };
}

/** The package's policy files do not change while a process lives, so they are read once. */
function policyOnce(config: Config, root: string, log: Log): () => Promise<LoadedPolicy> {
  let loaded: LoadedPolicy | undefined;
  return () => {
    if (loaded === undefined) {
      loaded = loadPolicy(root, config);
      if (loaded.kind === "invalid")
        log.error("the policy does not load, everything is held", { problems: loaded.problems });
    }
    return Promise.resolve(loaded);
  };
}
