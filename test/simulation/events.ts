import { minuteMs } from "../../src/lib/clock.ts";
import type { App } from "./app.ts";
import { canary } from "./simulation.ts";
import type { Platform } from "./platform.ts";
import type { Running } from "./run.ts";
import { hosting } from "./world.ts";

/**
 * How events arrive: how likely each is lost, how often and how late it comes, and how many forged ones come with it.
 */
export interface EventWays {
  readonly lost: number;
  /** How often each event that is not lost arrives. */
  readonly copies: number;
  readonly lateMs: number;
  readonly forged: number;
}

export const eachOnce: EventWays = { lost: 0, copies: 1, lateMs: 2_000, forged: 0 };
export const none: EventWays = { ...eachOnce, lost: 1 };
export const tenTimesShuffled: EventWays = { lost: 0, copies: 10, lateMs: 20 * minuteMs, forged: 0 };
export const withForgeries: EventWays = { ...eachOnce, forged: 3 };
export const usualWays: EventWays = { lost: 0.3, copies: 2, lateMs: 10 * minuteMs, forged: 0.5 };

/** Confidential properties of an event. */
const secrets = {
  claims: { name: canary, "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": canary },
  httpRequest: { clientIpAddress: canary, url: `https://management.azure.com/?code=${canary}` },
};

/** Event Grid: delivers the events of changes to the app, out of order, more than once or not at all. */
export function eventGrid(running: Running, chance: () => number): void {
  const { sim, world, platform: on } = running;
  const { ways } = running.options;
  const send = (event: object, to: typeof deliver) => {
    sim.time.at(sim.time.now() + chance() * ways.lateMs, () => {
      void to(on, event);
    });
  };
  world.publishServiceWrite = (resourceUri) => {
    if (chance() < ways.lost) return;
    const operationName = "Microsoft.ApiManagement/service/write";
    for (let copy = 0; copy < ways.copies; copy++)
      send({ subject: resourceUri, data: { operationName, resourceUri, ...secrets } }, deliverOfAddresses);
  };
  world.publish = (collection, uri) => {
    const operation = (verb: string) => `Microsoft.ApiManagement/service/${collection}/${verb}`;
    const event = (operationName: string, resourceUri: string) => ({
      eventType: "Microsoft.Resources.ResourceWriteSuccess",
      subject: resourceUri,
      data: { operationName, resourceUri, ...secrets },
    });
    if (chance() >= ways.lost)
      for (let copy = 0; copy < ways.copies; copy++) send(event(operation("write"), uri), deliver);
    for (let forged = chance(); forged < ways.forged; forged++)
      send(event(operation(chance() < 0.5 ? "write" : "delete"), forgery(uri, chance)), deliver);
  };
}

/** Delivers an event once: its function accepts every event. */
async function deliver(on: Platform<App>, event: object): Promise<void> {
  if (!on.processes.some(({ alive }) => alive)) return;
  await on.invoke("connectionChanged", (process) => {
    for (const message of process.connectionChanged([event]) ?? []) on.enqueue("reviews", message);
    return Promise.resolve();
  });
}

/** An event whose function fails is lost here: the timer finds the change. */
async function deliverOfAddresses(on: Platform<App>, event: object): Promise<void> {
  if (!on.processes.some(({ alive }) => alive)) return;
  await on
    .invoke("addressesMayHaveChanged", (process) => process.addressesMayHaveChanged([event]))
    .catch(() => {
      // Event Grid would send it again, but nothing may depend on that.
    });
}

function forgery(uri: string, chance: () => number): string {
  const forms = [
    () => uri.replace(hosting, "99999999-9999-4999-8999-999999999999"),
    () => uri.replace(/[^/]*$/, ".."),
    () => uri.replace(/[^/]*$/, `pe-none.${Math.floor(chance() * 1e6)}`),
    () => uri.replace("/service/", "/service/%2e%2e/"),
    () => uri,
  ];
  return forms[Math.floor(chance() * forms.length)]?.() ?? uri;
}
