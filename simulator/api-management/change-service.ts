import { armError, ok, type ArmResponse } from "../arm/response.ts";
import type { ArmRequest, ProviderContext } from "../arm/request.ts";
import { makeService } from "../estate/estate.ts";
import { startOperation } from "../arm/operation.ts";
import { serviceJson } from "./service-json.ts";
import { withAddresses, type AddressInputs } from "./service-addresses.ts";
import type { Service, ServiceProperties } from "../estate/world.ts";

interface ServiceBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly zones?: readonly string[];
  readonly sku?: Service["sku"];
  readonly properties?: Partial<ServiceProperties>;
}

/** The owner's operations on a service: create, change, migrate and delete. Undefined for any other request. */
export function changeService(
  context: ProviderContext,
  request: ArmRequest,
  service: Service | undefined,
): ArmResponse | undefined {
  const [, , , , , , , name = "", action] = request.segments;
  const body = (request.body ?? {}) as ServiceBody;
  if (action?.toLowerCase() === "migratetostv2" && request.method === "POST" && service !== undefined)
    return updateService(
      context,
      service,
      { properties: { platformVersion: nextPlatform(service) } },
      "migrateToStv2/action",
    );
  if (action !== undefined) return undefined;
  if (request.method === "PUT" && service === undefined) return createService(context, request, name, body);
  if (service === undefined) return undefined;
  if (request.method === "PATCH" || request.method === "PUT")
    return updateService(context, service, body, "write");
  if (request.method !== "DELETE") return undefined;
  attach(context, service, []);
  context.world.services.delete(service.id.toLowerCase());
  context.emit("Microsoft.ApiManagement/service/delete", service.id);
  return { status: 204 };
}

function nextPlatform({ properties }: Service): string {
  return properties.platformVersion === "stv1" ? "stv2" : "stv2.1";
}

function createService(
  { world, emit }: ProviderContext,
  { path }: ArmRequest,
  name: string,
  body: ServiceBody,
): ArmResponse {
  if (body.sku === undefined || body.location === undefined)
    return armError(400, "InvalidParameters", "A service needs a location and a sku.");
  const base = makeService(name, path.split("/")[2] ?? "");
  const createdAtUtc = new Date().toISOString();
  const service: Service = {
    ...base,
    id: path,
    location: body.location,
    sku: body.sku,
    tags: body.tags ?? {},
    zones: body.zones ?? [],
  };
  const wanted = { ...base.properties, ...body.properties, createdAtUtc, publicIPAddresses: null };
  service.properties = withAddresses(
    world,
    { ...service, properties: { ...wanted, virtualNetworkType: "" } },
    { ...service, properties: wanted },
  );
  world.services.set(path.toLowerCase(), service);
  emit("Microsoft.ApiManagement/service/write", service.id);
  return { status: 201, body: { id: service.id, name } };
}

/** Responds at once. The service is Updating until the change is complete; its addresses change at the end. */
function updateService(
  context: ProviderContext,
  service: Service,
  body: ServiceBody,
  operation: string,
): ArmResponse {
  const { world, emit } = context;
  if (service.properties.provisioningState !== "Succeeded")
    return armError(409, "ServiceLocked", `${service.name} is ${service.properties.provisioningState}.`);
  const before: AddressInputs = { zones: service.zones, sku: service.sku, properties: service.properties };
  const after: AddressInputs = {
    zones: body.zones ?? service.zones,
    sku: body.sku ?? service.sku,
    properties: { ...service.properties, ...body.properties },
  };
  const finish = () => {
    service.properties = withAddresses(world, before, after);
    service.zones = after.zones;
    service.sku = after.sku;
    service.tags = body.tags ?? service.tags;
    attach(context, service, publicIpIdsOf(service.properties));
    emit("Microsoft.ApiManagement/service/write", service.id);
  };
  if (service.updateMs === 0) {
    finish();
    return ok(serviceJson(service));
  }
  const headers = startOperation(context, service, {
    resourceId: service.id,
    ms: service.updateMs,
    settlingMs: 0,
    effect: finish,
    result: () => ok(serviceJson(service)),
  });
  emit(`Microsoft.ApiManagement/service/${operation}`, service.id);
  return { status: 202, body: serviceJson(service), headers };
}

function publicIpIdsOf(properties: ServiceProperties): readonly string[] {
  return [properties, ...(properties.additionalLocations ?? [])].flatMap(
    (each) => each.publicIpAddressId ?? [],
  );
}

/** Records on public IP resources which service uses them. */
function attach({ world }: ProviderContext, { id }: Service, publicIpIds: readonly string[]): void {
  for (const each of world.publicIps.values()) if (each.attachedTo === id) each.attachedTo = undefined;
  for (const each of publicIpIds) {
    const publicIp = world.publicIps.get(each.toLowerCase());
    if (publicIp !== undefined) publicIp.attachedTo = id;
  }
}
