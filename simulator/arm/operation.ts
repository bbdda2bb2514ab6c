import { randomBytes } from "node:crypto";
import { notFound, type Answer } from "./answer.ts";
import type { ArmRequest, Provider } from "./request.ts";
import type { Service } from "../estate/world.ts";

const apiVersion = "2024-05-01";
const retryAfterSeconds = 60;

export interface Wanted {
  /** The resource below which the operation is followed. */
  readonly under: string;
  readonly ms: number;
  /** How long the service is still Updating after the effect. */
  readonly settlingMs: number;
  /** What shows of it in the last third of its time. */
  readonly late?: () => void;
  readonly effect: () => void;
  /** What following it is answered once it is over. */
  readonly result: () => Answer;
}

/**
 * Starts an operation on a service, and answers the headers to follow it by. The service is Updating from now on and
 * still for a while after the effect. Where another one is under way, it begins when that one is over.
 */
export function startOperation(
  { world, clock }: Provider,
  service: Service,
  wanted: Wanted,
): Record<string, string> {
  const id = Buffer.from(`${regionOf(service)}:${service.name}_Update_${hex(4)}`).toString("base64");
  const operation = { under: wanted.under, done: false, result: wanted.result };
  world.operations.set(id, operation);
  const wait = Math.max(0, (service.busyUntil ?? 0) - clock.now());
  const free = clock.now() + wait + wanted.ms + wanted.settlingMs;
  service.busyUntil = free;
  show(service, "Updating");
  if (wanted.late !== undefined) clock.after(wait + (wanted.ms * 2) / 3, wanted.late);
  clock.after(wait + wanted.ms, () => {
    wanted.effect();
    operation.done = true;
  });
  clock.after(wait + wanted.ms + wanted.settlingMs, () => {
    if (service.busyUntil === free) show(service, "Succeeded");
  });
  return headersOf({ clock }, wanted.under, id);
}

/** Follows an operation: 202 without a body while it is under way, as recorded. */
export function answerOperation(
  { world, clock }: Provider,
  { path }: ArmRequest,
  under: string,
  id: string,
): Answer {
  const operation = world.operations.get(id);
  if (operation === undefined || operation.under.toLowerCase() !== under.toLowerCase()) return notFound(path);
  return operation.done
    ? operation.result()
    : { status: 202, headers: headersOf({ clock }, operation.under, id) };
}

function headersOf({ clock }: Pick<Provider, "clock">, under: string, id: string): Record<string, string> {
  const signed = new URLSearchParams({ "api-version": apiVersion, ...signature() });
  return {
    location: `https://management.azure.com${under}/operationresults/${id}?${signed.toString()}`,
    "retry-after": String(clock.seconds(retryAfterSeconds)),
  };
}

/** Since 2024 ARM signs what it gives to be followed, with a certificate: three kilobytes of query. Ours says nothing. */
function signature(): Record<string, string> {
  const ticks = 621_355_968_000_000_000n + BigInt(Date.now()) * 10_000n;
  return { t: String(ticks), c: certificate, s: text(256), h: text(32) };
}

const text = (bytes: number) => randomBytes(bytes).toString("base64url");
const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const certificate = text(1_796);

function show(service: Service, provisioningState: "Updating" | "Succeeded"): void {
  const targetProvisioningState = provisioningState === "Updating" ? "Updating" : "";
  service.properties = { ...service.properties, provisioningState, targetProvisioningState };
}

function regionOf({ location }: Service): string {
  return location.replaceAll(" ", "").toLowerCase();
}
