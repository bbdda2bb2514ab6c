import type { App } from "./app.ts";
import { canary } from "./simulation.ts";
import type { Platform } from "./platform.ts";
import { hosting, type World } from "./world.ts";

/** How events come: each once, or as the dice fall, with extras that are forged. */
export interface EventWays {
  readonly lost: number;
  /** How often each comes that does. */
  readonly copies: number;
  readonly lateMs: number;
  readonly forged: number;
}

export const eachOnce: EventWays = { lost: 0, copies: 1, lateMs: 2_000, forged: 0 };
export const none: EventWays = { ...eachOnce, lost: 1 };
export const tenTimesShuffled: EventWays = { lost: 0, copies: 10, lateMs: 20 * 60_000, forged: 0 };
export const withForgeries: EventWays = { ...eachOnce, forged: 3 };
export const usualWays: EventWays = { lost: 0.3, copies: 2, lateMs: 10 * 60_000, forged: 0.5 };

/** What comes with an event and is nobody's business. */
const secrets = {
  claims: { name: canary, "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": canary },
  httpRequest: { clientIpAddress: canary, url: `https://management.azure.com/?code=${canary}` },
};

/** Event Grid: tells the app's function of what changes, in no order, more than once or not at all. */
export function eventGrid(
  world: World,
  on: Platform<App>,
  chance: () => number,
  now: { at(time: number, work: () => void): void; now(): number },
  ways: EventWays,
): void {
  const send = (event: object, to: typeof deliver) => {
    now.at(now.now() + chance() * ways.lateMs, () => {
      void to(on, event);
    });
  };
  world.tellService = (resourceUri) => {
    if (chance() < ways.lost) return;
    const operationName = "Microsoft.ApiManagement/service/write";
    for (let copy = 0; copy < ways.copies; copy++)
      send({ subject: resourceUri, data: { operationName, resourceUri, ...secrets } }, deliverOfAddresses);
  };
  world.tell = (what, uri) => {
    const operation = (verb: string) => `Microsoft.ApiManagement/service/${what}/${verb}`;
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

/** An event is delivered until it is answered; its function answers whatever it gets. */
async function deliver(on: Platform<App>, event: object): Promise<void> {
  if (!on.processes.some(({ alive }) => alive)) return;
  await on.invoke("connectionChanged", (process) => {
    for (const message of process.connectionChanged([event]) ?? []) on.enqueue("reviews", message);
    return Promise.resolve();
  });
}

/** One that fails is lost here: the timer is the guarantee. */
async function deliverOfAddresses(on: Platform<App>, event: object): Promise<void> {
  if (!on.processes.some(({ alive }) => alive)) return;
  await on
    .invoke("addressesMayHaveChanged", (process) => process.addressesMayHaveChanged([event]))
    .catch(() => {
      // Event Grid would send it again; whatever comes of that, nothing may rest on it.
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
