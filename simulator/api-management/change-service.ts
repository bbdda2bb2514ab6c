import { armError, ok, type Answer } from "../arm/answer.ts";
import type { ArmRequest, Provider } from "../arm/request.ts";
import { makeService } from "../estate/estate.ts";
import { startOperation } from "../arm/operation.ts";
import { printService } from "./print-service.ts";
import { withAddresses, type Wanted } from "./service-addresses.ts";
import type { Service, ServiceProperties } from "../estate/world.ts";

interface ServiceBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly zones?: readonly string[];
  readonly sku?: Service["sku"];
  readonly properties?: Partial<ServiceProperties>;
}

/** What an owner does to a service itself: make it, change it, migrate it, delete it. Undefined for anything else. */
export function changeService(
  provider: Provider,
  request: ArmRequest,
  service: Service | undefined,
): Answer | undefined {
  const [, , , , , , , name = "", action] = request.segments;
  const body = (request.body ?? {}) as ServiceBody;
  if (action?.toLowerCase() === "migratetostv2" && request.method === "POST" && service !== undefined)
    return update(
      provider,
      service,
      { properties: { platformVersion: nextPlatform(service) } },
      "migrateToStv2/action",
    );
  if (action !== undefined) return undefined;
  if (request.method === "PUT" && service === undefined) return make(provider, request, name, body);
  if (service === undefined) return undefined;
  if (request.method === "PATCH" || request.method === "PUT") return update(provider, service, body, "write");
  if (request.method !== "DELETE") return undefined;
  attach(provider, service, []);
  provider.world.services.delete(service.id.toLowerCase());
  provider.emit("Microsoft.ApiManagement/service/delete", service.id);
  return { status: 204 };
}

function nextPlatform({ properties }: Service): string {
  return properties.platformVersion === "stv1" ? "stv2" : "stv2.1";
}

function make({ world, emit }: Provider, { path }: ArmRequest, name: string, body: ServiceBody): Answer {
  if (body.sku === undefined || body.location === undefined)
    return armError(400, "InvalidParameters", "A service needs a location and a sku.");
  const base = makeService(name, path.split("/")[2] ?? "");
  const createdAtUtc = new Date().toISOString();
  const made: Service = {
    ...base,
    id: path,
    location: body.location,
    sku: body.sku,
    tags: body.tags ?? {},
    zones: body.zones ?? [],
  };
  const wanted = { ...base.properties, ...body.properties, createdAtUtc, publicIPAddresses: null };
  made.properties = withAddresses(
    world,
    { ...made, properties: { ...wanted, virtualNetworkType: "" } },
    { ...made, properties: wanted },
  );
  world.services.set(path.toLowerCase(), made);
  emit("Microsoft.ApiManagement/service/write", made.id);
  return { status: 201, body: { id: made.id, name } };
}

/** Azure answers at once, and the service is Updating until it is what is wanted; its addresses change at the end. */
function update(provider: Provider, service: Service, body: ServiceBody, operation: string): Answer {
  const { world, emit } = provider;
  if (service.properties.provisioningState !== "Succeeded")
    return armError(409, "ServiceLocked", `${service.name} is ${service.properties.provisioningState}.`);
  const before: Wanted = { zones: service.zones, sku: service.sku, properties: service.properties };
  const after: Wanted = {
    zones: body.zones ?? service.zones,
    sku: body.sku ?? service.sku,
    properties: { ...service.properties, ...body.properties },
  };
  const finish = () => {
    service.properties = withAddresses(world, before, after);
    service.zones = after.zones;
    service.sku = after.sku;
    service.tags = body.tags ?? service.tags;
    attach(provider, service, namedBy(service.properties));
    emit("Microsoft.ApiManagement/service/write", service.id);
  };
  if (service.updateMs === 0) {
    finish();
    return ok(printService(service));
  }
  const headers = startOperation(provider, service, {
    under: service.id,
    ms: service.updateMs,
    settlingMs: 0,
    effect: finish,
    result: () => ok(printService(service)),
  });
  emit(`Microsoft.ApiManagement/service/${operation}`, service.id);
  return { status: 202, body: printService(service), headers };
}

function namedBy(properties: ServiceProperties): readonly string[] {
  return [properties, ...(properties.additionalLocations ?? [])].flatMap(
    (each) => each.publicIpAddressId ?? [],
  );
}

/** Public IP resources know what holds them. */
function attach({ world }: Provider, { id }: Service, named: readonly string[]): void {
  for (const each of world.publicIps.values()) if (each.attachedTo === id) each.attachedTo = undefined;
  for (const each of named) {
    const publicIp = world.publicIps.get(each.toLowerCase());
    if (publicIp !== undefined) publicIp.attachedTo = id;
  }
}

/** No request does this: Azure suspends a subscription, and takes it up again with other addresses. */
export function setSubscriptionState(
  { world }: Pick<Provider, "world">,
  subscriptionId: string,
  state: "Enabled" | "Warned" | "Disabled",
): void {
  const subscription = world.subscriptions.get(subscriptionId.toLowerCase());
  if (subscription === undefined) return;
  const reinstated = subscription.state !== "Enabled" && state === "Enabled";
  subscription.state = state;
  if (!reinstated) return;
  for (const service of world.services.values())
    if (service.subscriptionId === subscription.id)
      service.properties = withAddresses(
        world,
        { ...service, properties: { ...service.properties, platformVersion: "" } },
        service,
      );
}
