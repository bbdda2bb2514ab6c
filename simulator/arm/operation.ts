import { randomBytes } from "node:crypto";
import { notFound, ok, type ArmResponse } from "./response.ts";
import type { ArmRequest, PollingPlace, ProviderContext } from "./request.ts";
import type { Service } from "../estate/world.ts";

const apiVersion = "2024-05-01";
const retryAfterSeconds = 60;

export interface OperationPlan {
  /** The id of the resource that the operation changes. */
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
 * Starts a long-running operation on a service, and returns the headers for polling it. The service is Updating from
 * now until a while after the effect. If another operation is running, this one starts when that one ends.
 */
export function startOperation(
  { world, clock, pollAt = "resource" }: ProviderContext,
  service: Service,
  plan: OperationPlan,
): Record<string, string> {
  const { resourceId, ms, settlingMs, beforeEffect, effect, result } = plan;
  const id = Buffer.from(`${regionOf(service)}:${service.name}_Update_${hex(4)}`).toString("base64");
  const operation = { collection: collectionOf(pollAt, service, resourceId), done: false, result };
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
  return pollingHeaders({ clock }, operation.collection, id);
}

function collectionOf(pollAt: PollingPlace, service: Service, resourceId: string): string {
  if (pollAt === "region")
    return `/subscriptions/${service.subscriptionId}/providers/Microsoft.ApiManagement/locations/${regionOf(service)}/${statuses}`;
  return `${pollAt === "service" ? service.id : resourceId}/operationresults`;
}

/** Operations of a region answer with a status (`Azure-AsyncOperation`), all others with a result (`Location`). */
const statuses = "operationsStatuses";

/**
 * Answers a poll: 202 without a body while the operation runs, as recorded, or the status of an operation of a region.
 */
export function pollOperation(
  { world, clock }: ProviderContext,
  { path, segments }: ArmRequest,
): ArmResponse {
  const id = segments.at(-1) ?? "";
  const collection = `/${segments.slice(0, -1).join("/")}`;
  const operation = world.operations.get(id);
  if (operation === undefined || operation.collection.toLowerCase() !== collection.toLowerCase())
    return notFound(path);
  const headers = pollingHeaders({ clock }, operation.collection, id);
  if (operation.collection.endsWith(statuses))
    return { ...ok({ name: id, status: operation.done ? "Succeeded" : "InProgress" }), headers };
  return operation.done ? operation.result() : { status: 202, headers };
}

function pollingHeaders(
  { clock }: Pick<ProviderContext, "clock">,
  collection: string,
  id: string,
): Record<string, string> {
  const signed = new URLSearchParams({ "api-version": apiVersion, ...signature() });
  const address = `https://management.azure.com${collection}/${id}?${signed.toString()}`;
  return {
    [collection.endsWith(statuses) ? "azure-asyncoperation" : "location"]: address,
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
