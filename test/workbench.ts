import { randomUUID } from "node:crypto";
import { check, type Checked } from "../src/lib/addresses/check/check.ts";
import type { AddressServices } from "../src/lib/addresses/services.ts";
import { announcements, type Announcements } from "../src/lib/alerts/announce.ts";
import { deliver } from "../src/lib/alerts/deliver.ts";
import type { Alert } from "../src/lib/alerts/alert.ts";
import { parseConnectionId, type ConnectionId } from "../src/lib/azure/resource-id.ts";
import { review } from "../src/lib/connections/review/review.ts";
import type { Cause } from "../src/lib/connections/record/connection-record.ts";
import { reviewService } from "../src/lib/connections/review-service.ts";
import { sweep, type SweepResult } from "../src/lib/connections/sweep/sweep.ts";
import { memoryRows } from "../src/lib/state/memory-rows.ts";
import type { Rows } from "../src/lib/state/rows.ts";
import { takeQueued, type QueuedReview } from "./connections/queued-reviews.ts";
import { makeEndpoint, type EndpointRequest } from "../local/requester.ts";
import type { Wired } from "../src/wire.ts";
import { checkPeriodMs, periodMs, servicesOn, type Changes, type World } from "./workbench-services.ts";
import { smallEstate, subscriptions } from "../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../simulator/server.ts";
import type { Connection as SimulatedConnection, Service } from "../simulator/estate/world.ts";

/** Reviews in this process: the real SDK clients on the simulator, rows in memory, and a clock to be moved. */
export interface Workbench {
  readonly simulator: Simulator;
  readonly services: Wired;
  readonly orders: Service;
  readonly alerts: Alert[];
  readonly addresses: AddressServices;
  /** What was put into the queue for its time; `follow` takes out what has come. */
  readonly queued: QueuedReview[];
  /** As if no sink took anything. */
  readonly deaf: Announcements;
  /** Every PUT on a connection that the simulator saw. */
  puts(): number;
  ask(request?: Partial<EndpointRequest>): Promise<ConnectionId>;
  onAzure(id: ConnectionId): SimulatedConnection;
  review(id: ConnectionId, cause?: Cause): ReturnType<typeof review>;
  /** How many reviews are open: what is held waits for another decider too. */
  unfinished(): Promise<number>;
  /** A sweep: what it found is to be reviewed. */
  sweep(): Promise<SweepResult>;
  /** Reviews what a sweep found, as the queue's function does. */
  follow(swept: SweepResult): Promise<void>;
  /** Sweeps every five minutes and follows, until nothing is due: every service is met, and everything explained. */
  calm(): Promise<void>;
  /** A check of the addresses. */
  check(): Promise<Checked>;
  /** What the services' owner asks of ARM; answers the status. */
  owner(method: string, id: string, body?: object): Promise<number>;
  pass(ms: number): void;
  /** The same world under another mode or policy. */
  under(changes: Changes): Workbench;
  stop(): Promise<void>;
}

const sweepsMax = 500;

/** Here Azure does at once what is asked of it, unless a test gives a service its time. */
export async function startWorkbench(estate = smallEstate(), rows: Rows = memoryRows()): Promise<Workbench> {
  for (const service of estate.services.values()) Object.assign(service, { operationMs: 0, updateMs: 0 });
  const simulator = await startSimulator(estate);
  const now = new Date("2026-11-24T08:00:00Z");
  return workbenchIn({ simulator, rows, alerts: [], queued: [], now }, {});
}

function workbenchIn(world: World, changes: Changes): Workbench {
  const { simulator, alerts, queued } = world;
  const services = servicesOn(world, changes);
  const { addresses, clock, delivery, log } = services;
  const refusing = { name: "log", inProcess: true, send: () => Promise.reject(new Error("down")) } as const;
  const orders = [...simulator.world.services.values()][0] as Service;
  const scans = scansOf(world, services);
  const workbench: Workbench = {
    simulator,
    queued,
    services,
    addresses,
    deaf: announcements(delivery.outbox, [refusing], log, clock),
    orders,
    alerts,
    ...onAzureOf(simulator),
    ...scans,
    ask: async (request = {}) => {
      const text = await makeEndpoint(simulator, {
        token: "requester",
        subscriptionId: subscriptions.landingZone,
        name: `pe-${randomUUID().slice(0, 8)}`,
        serviceId: orders.id,
        message: "please",
        ...request,
      });
      return idOf(text);
    },
    review: (id, cause = "event") => review(services, { id, cause, actor: "test", requestedAt: world.now }),
    unfinished: async () => {
      let count = 0;
      for await (const { wait } of services.ledger.openReviews()) if (wait?.decider === undefined) count++;
      return count;
    },
    pass: (ms) => {
      world.now = new Date(world.now.getTime() + ms);
      simulator.advance(ms);
    },
    calm: async () => {
      for (let sweeps = 0; sweeps < sweepsMax; sweeps++) {
        const swept = await scans.sweep();
        if (swept.due.length === 0 && swept.stopped === undefined) return;
        await scans.follow(swept);
        workbench.pass(periodMs);
      }
      throw new Error(`${sweepsMax} sweeps later there still is something to do`);
    },
    under: (more) => workbenchIn(world, { ...changes, ...more }),
    stop: () => simulator.stop(),
  };
  return workbench;
}

/** What a test asks of Azure itself. */
function onAzureOf(simulator: Simulator): Pick<Workbench, "puts" | "onAzure" | "owner"> {
  return {
    puts: () =>
      simulator.seen.filter(
        ({ method, path }) => method === "PUT" && path.includes("/privateEndpointConnections/"),
      ).length,
    onAzure: (id) => {
      const service = simulator.world.services.get(id.service.text.toLowerCase());
      const connection = service?.connections.get(id.connectionName);
      if (connection === undefined) throw new Error(`${id.text} is not on Azure`);
      return connection;
    },
    owner: async (method, id, body) => {
      const answer = await fetch(`${simulator.url}${id}?api-version=2024-05-01`, {
        method,
        headers: { authorization: "Bearer owner" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answer.status;
    },
  };
}

/** The periodic scans, with what the queues do after them. */
function scansOf(world: World, services: Wired): Pick<Workbench, "sweep" | "follow" | "check"> {
  async function deliverLeftAlerts(): Promise<void> {
    await services.alerts.announce("app");
    await services.alerts.enqueueLeftovers();
    for (const owner of services.alerts.drainQueue()) await deliver(services.delivery, owner);
  }
  return {
    sweep: () => sweep(services, periodMs),
    follow: async ({ due }) => {
      const request = { cause: "sweep", actor: "test", requestedAt: world.now } as const;
      for (const id of due)
        if (id.kind === "service") await reviewService(services, id, request);
        else await review(services, { ...request, id });
      await takeQueued(services, world.queued);
      await deliverLeftAlerts();
    },
    check: async () => {
      const checked = await check(services.addresses, checkPeriodMs);
      await deliverLeftAlerts();
      return checked;
    },
  };
}

function idOf(text: string): ConnectionId {
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`${text} is no connection's id`);
  return id;
}
