import { randomBytes } from "node:crypto";
import { notFound, type ArmResponse } from "./response.ts";
import type { ArmRequest, ProviderContext } from "./request.ts";
import type { Service } from "../estate/world.ts";

const apiVersion = "2024-05-01";
const retryAfterSeconds = 60;

export interface OperationPlan {
  /** The id of the resource whose path holds the address of the operation. */
  readonly resourceId: string;
  readonly ms: number;
  /** How long the service stays Updating after the effect. */
  readonly settlingMs: number;
  /** What becomes visible in the last third of the operation. */
  readonly beforeEffect?: () => void;
  readonly effect: () => void;
  /** The response to a poll once the operation is complete. */
  readonly result: () => ArmResponse;
}

/**
 * Starts a long-running operation on a service, and returns the headers for polling it. The service is Updating from now
 * until a while after the effect. If another operation is running, this one starts when that one ends.
 */
export function startOperation(
  { world, clock }: ProviderContext,
  service: Service,
  plan: OperationPlan,
): Record<string, string> {
  const { resourceId, ms, settlingMs, beforeEffect, effect, result } = plan;
  const id = Buffer.from(`${regionOf(service)}:${service.name}_Update_${hex(4)}`).toString("base64");
  const operation = { resourceId, done: false, result };
  world.operations.set(id, operation);
  const wait = Math.max(0, (service.busyUntil ?? 0) - clock.now());
  const idleAt = clock.now() + wait + ms + settlingMs;
  service.busyUntil = idleAt;
  setProvisioningState(service, "Updating");
  if (beforeEffect !== undefined) clock.after(wait + (ms * 2) / 3, beforeEffect);
  clock.after(wait + ms, () => {
    effect();
    operation.done = true;
  });
  clock.after(wait + ms + settlingMs, () => {
    if (service.busyUntil === idleAt) setProvisioningState(service, "Succeeded");
  });
  return pollingHeaders({ clock }, resourceId, id);
}

/** Answers a poll: 202 without a body while the operation runs, as recorded. */
export function pollOperation(
  { world, clock }: ProviderContext,
  { path }: ArmRequest,
  resourceId: string,
  id: string,
): ArmResponse {
  const operation = world.operations.get(id);
  if (operation === undefined || operation.resourceId.toLowerCase() !== resourceId.toLowerCase())
    return notFound(path);
  return operation.done
    ? operation.result()
    : { status: 202, headers: pollingHeaders({ clock }, operation.resourceId, id) };
}

function pollingHeaders(
  { clock }: Pick<ProviderContext, "clock">,
  resourceId: string,
  id: string,
): Record<string, string> {
  const signed = new URLSearchParams({ "api-version": apiVersion, ...signature() });
  return {
    location: `https://management.azure.com${resourceId}/operationresults/${id}?${signed.toString()}`,
    "retry-after": String(clock.realSeconds(retryAfterSeconds)),
  };
}

/** Since 2024 ARM signs polling addresses with a certificate: three kilobytes of query. Here they are random bytes. */
function signature(): Record<string, string> {
  const ticks = 621_355_968_000_000_000n + BigInt(Date.now()) * 10_000n;
  return { t: String(ticks), c: certificate, s: text(256), h: text(32) };
}

const text = (bytes: number) => randomBytes(bytes).toString("base64url");
const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const certificate = text(1_796);

function setProvisioningState(service: Service, provisioningState: "Updating" | "Succeeded"): void {
  const targetProvisioningState = provisioningState === "Updating" ? "Updating" : "";
  service.properties = { ...service.properties, provisioningState, targetProvisioningState };
}

function regionOf({ location }: Service): string {
  return location.replaceAll(" ", "").toLowerCase();
}
