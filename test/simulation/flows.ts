import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { active } from "./actors.ts";
import { usual, type Options, type Running } from "./run.ts";
import { acknowledge } from "./address-actors.ts";
import { decide } from "./operators.ts";
import { deploy } from "./redeploy.ts";
import {
  endpointId,
  landingZone,
  sandbox,
  type SimAddresses,
  type SimConnection,
  type SimEndpoint,
} from "./world.ts";

type Ask = (more?: Partial<SimEndpoint> & { of?: string; born?: SimConnection["state"] }) => SimConnection;

const quiet: Options = {
  ...usual,
  services: 1,
  processes: 2,
  forMs: 7 * minuteMs,
  // Longer than the search for a lost write, with the sweeps that find it. Flows that wait for an hour set their own.
  recoveryMs: 40 * minuteMs,
  untilSettled: true,
  // Reservations in the table meet faults in three flows: of events, of the sweep alone, and of addresses. They are the
  // same calls in each of the others.
  quota: "own",
  // The backfill, likewise, meets them in two flows: where events came first, and where there is a connection from
  // before.
  backfilled: true,
  act: active({ requests: 0, automatic: 0, people: 0 }),
  operations: [0],
  untidy: 0,
  timers: ["sweepConnections"],
  readdressed: 0,
  decisions: 0,
  ways: { lost: 0, copies: 1, lateMs: 10, forged: 0 },
  inventoryLagMs: 0,
};

/** A flow of steps, by minute. */
function flow(
  steps: Readonly<Record<number, (ask: Ask, world: Running["world"], running: Running) => unknown>>,
  more: Partial<Options> = {},
): Options {
  return {
    ...quiet,
    ...more,
    act: (running) => {
      const { sim, world } = running;
      let made = 0;
      const [service] = [...world.services.values()];
      const ask: Ask = ({ of = landingZone, born = "Pending", ...endpoint } = {}) => {
        if (service === undefined) throw new Error("a world without services");
        const name = `pe-${made++}`;
        const id = endpointId(of, name);
        return world.ask(
          service,
          { id, etag: 1, subnet: "snet-endpoints", readable: "yes", ...endpoint },
          `${name}.1`,
          born,
        );
      };
      const start = sim.time.now();
      for (const [at, step] of Object.entries(steps))
        sim.time.at(start + Number(at) * minuteMs, () => {
          void step(ask, world, running);
        });
    },
  };
}

/** Changes of a service's addresses, by minute. A check is due every 15 minutes. */
function addressFlow(
  steps: Readonly<Record<number, Partial<SimAddresses> | "acknowledge">>,
  more: Partial<Options> = {},
): Options {
  return {
    ...quiet,
    timers: ["checkAddresses"],
    forMs: 50 * minuteMs,
    recoveryMs: 80 * minuteMs,
    ...more,
    act: (running) => {
      const { sim, world } = running;
      const [service] = [...world.services.values()];
      if (service === undefined) throw new Error("a world without services");
      const start = sim.time.now();
      for (const [at, step] of Object.entries(steps))
        sim.time.at(start + Number(at) * minuteMs, () => {
          if (step === "acknowledge") void acknowledge(running, service);
          else world.readdress(service, { ...service.addresses, ...step });
        });
    },
  };
}

const moved = { places: { westeurope: ["198.51.100.7"] }, zones: ["1", "2"] };
const first = { places: { westeurope: ["203.0.113.1", "203.0.113.101"] }, zones: [] };
/** With a second sweep. The second sweep of a flow without a second step only finds that nothing is left to do. */
const long = { forMs: 11 * minuteMs };
const askTwice = (ask: Ask) => [ask(), ask()];
const unheard = { ways: { ...quiet.ways, lost: 1 } };

const only = (world: Running["world"], at = 0): SimConnection => {
  const all = [...world.services.values()].flatMap(({ connections }) => [...connections.values()]);
  const connection = all[at];
  if (connection === undefined) throw new Error("there is no connection yet");
  return connection;
};

/** Every way that a connection or an address goes through the app. */
export const flows: Readonly<Record<string, Options>> = {
  "an approval": flow({ 1: (ask) => ask() }, { operations: [175_000], quota: "shared", backfilled: false }),
  "two approvals at one service": flow(
    {
      1: askTwice,
    },
    { operations: [175_000], forMs: 9 * minuteMs },
  ),
  "a rejection": flow({ 1: (ask) => ask({ of: sandbox }) }),
  "a hold": flow({ 1: (ask) => ask({ readable: "forbidden" }) }),
  "a hold that a person approves": flow(
    {
      1: (ask) => ask({ readable: "forbidden" }),
      6: (_, world) => {
        world.change(only(world), "Approved", "by hand");
      },
    },
    long,
  ),
  "a hold that an operator approves": flow(
    {
      1: (ask) => ask({ readable: "forbidden" }),
      6: (_, world, running) => decide(running, only(world).id, { verdict: "approve" }),
    },
    { ...long, operations: [175_000] },
  ),
  "a hold that two operators decide": flow(
    {
      1: (ask) => ask({ readable: "forbidden" }),
      6: (_, world, running) => {
        for (const verdict of ["approve", "reject"] as const)
          void decide(running, only(world).id, { verdict });
      },
    },
    long,
  ),
  "an approval that ends and is renewed": flow(
    { 1: (ask) => ask() },
    {
      policies: [2],
      forMs: 62 * minuteMs,
      sweepEveryMs: 30 * minuteMs,
      recoveryMs: hourMs,
      untilSettled: false,
    },
  ),
  "an approval that ends and is not renewed": flow(
    {
      1: (ask) => ask(),
      58: (_, world) => {
        for (const endpoint of world.endpoints.values()) endpoint.subnet = "default";
      },
    },
    {
      policies: [2],
      forMs: 62 * minuteMs,
      sweepEveryMs: 30 * minuteMs,
      recoveryMs: hourMs,
      untilSettled: false,
    },
  ),
  "a revocation": flow(
    {
      1: askTwice,
      // Another policy, so that the next sweep judges what was judged a moment ago.
      8: (_, world, running) => {
        const [endpoint] = world.endpoints.values();
        if (endpoint !== undefined) endpoint.subnet = "default";
        deploy(running, { policy: 3, mode: "enforce" });
      },
    },
    // Faults begin before the sweep that judges it on its new subnet, and go on until it is revoked after the grace.
    {
      policies: [2],
      operations: [0],
      redeploys: 0,
      faultlessMs: 25 * minuteMs,
      forMs: 125 * minuteMs,
      sweepEveryMs: 30 * minuteMs,
      recoveryMs: 70 * minuteMs,
      untilSettled: false,
    },
  ),
  "an approved connection from before": flow(
    { 0: (ask) => ask({ born: "Approved" }) },
    { ...long, ...unheard, backfilled: false },
  ),
  "a bypass": flow({ 1: (ask) => ask(), 6: (ask) => ask({ of: sandbox, born: "Approved" }) }, long),
  "a request without an event": flow({ 1: (ask) => ask() }, { ...unheard, quota: "shared" }),
  "a connection that goes away": flow(
    {
      1: (ask) => ask(),
      6: (_, world) => {
        world.remove(only(world));
      },
    },
    long,
  ),
  "a rejection that is requested again": flow(
    {
      1: (ask) => ask({ of: sandbox }),
      6: (_, world) => {
        world.change(only(world), "Pending", "please");
      },
    },
    long,
  ),
  "one approval above the limit": flow(
    {
      1: askTwice,
    },
    // Swept less often, since it takes an hour until the next approval is allowed.
    {
      rateLimits: { approvalsPerHour: 1, requestsPerHour: 1_000, revocationsPerRun: 5 },
      sweepEveryMs: 30 * minuteMs,
      forMs: 32 * minuteMs,
      recoveryMs: 130 * minuteMs,
    },
  ),
  "an approval of an operator that waits and is taken back": flow(
    {
      1: (ask) => [ask(), ask({ readable: "forbidden" })],
      6: (_, world, running) => decide(running, only(world, 1).id, { verdict: "approve" }),
      9: (_, world, running) => decide(running, only(world, 1).id, { verdict: "reject" }),
    },
    {
      rateLimits: { approvalsPerHour: 1, requestsPerHour: 1_000, revocationsPerRun: 5 },
      sweepEveryMs: 30 * minuteMs,
      forMs: 32 * minuteMs,
      recoveryMs: 130 * minuteMs,
    },
  ),
  "addresses that drift": addressFlow({ 20: moved }, { quota: "shared" }),
  "addresses that drift without an event and return": addressFlow({ 20: moved, 35: first }, unheard),
  "addresses that drift and are acknowledged": addressFlow({ 20: moved, 40: "acknowledge" }, unheard),
  "a region that comes and goes": addressFlow(
    { 20: { places: { ...first.places, northeurope: ["198.51.100.9"] } }, 35: first },
    unheard,
  ),
  "an approval that is archived": flow(
    { 1: (ask) => ask() },
    {
      ...long,
      timers: ["sweepConnections", "archiveRecords"],
      archive: { everyMs: 9 * minuteMs, ageMs: 5 * minuteMs },
    },
  ),
  "another policy": flow({ 1: (ask) => ask({ subnet: "default" }) }, { ...long, redeploys: 1 }),
};
