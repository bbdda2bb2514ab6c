import { randomUUID } from "node:crypto";
import { armError, notFound, ok, type Answer } from "../arm/answer.ts";
import { unauthorised, type ArmRequest, type Provider } from "../arm/request.ts";
import { nextAddress } from "./addresses.ts";
import type { PublicIp } from "../estate/world.ts";

/** Microsoft.Network: public IP addresses. Azure chooses the address, and keeps a Static one until the resource is deleted. */
export function answerPublicIp(provider: Provider, request: ArmRequest): Answer | undefined {
  if (request.segments.length !== 8) return undefined;
  const action = { GET: "read", PUT: "write", DELETE: "delete" }[request.method];
  if (action === undefined) return undefined;
  const refusal = unauthorised(request, `Microsoft.Network/publicIPAddresses/${action}`, request.path);
  if (refusal !== undefined) return refusal;
  const { publicIps } = provider.world;
  const found = publicIps.get(request.path.toLowerCase());
  if (action === "write") return put(provider, request, found);
  if (found === undefined) return notFound(request.path);
  if (action === "read") return ok(printPublicIp(found));
  if (found.attachedTo !== undefined)
    return armError(400, "PublicIPAddressCannotBeDeleted", `${found.name} is in use by ${found.attachedTo}.`);
  publicIps.delete(request.path.toLowerCase());
  provider.emit("Microsoft.Network/publicIPAddresses/delete", found.id);
  return { status: 204 };
}

interface PublicIpBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly sku?: { readonly name?: string };
  readonly properties?: { readonly publicIPAllocationMethod?: "Static" | "Dynamic" };
}

function put({ world, emit }: Provider, { path, body }: ArmRequest, found: PublicIp | undefined): Answer {
  const { location, tags, sku, properties } = (body ?? {}) as PublicIpBody;
  if (location === undefined)
    return armError(400, "LocationRequired", "A public IP address needs a location.");
  const allocation = properties?.publicIPAllocationMethod ?? "Static";
  const made: PublicIp = found ?? {
    id: path,
    name: path.split("/").at(-1) ?? "",
    location,
    tags,
    guid: randomUUID(),
    sku: sku?.name ?? "Standard",
    allocation,
    address: nextAddress(world, "public"),
    attachedTo: undefined,
  };
  // A Static address that becomes Dynamic is given back while nothing holds it.
  if (allocation === "Dynamic" && made.attachedTo === undefined) made.address = undefined;
  made.allocation = allocation;
  made.tags = tags;
  world.publicIps.set(path.toLowerCase(), made);
  emit("Microsoft.Network/publicIPAddresses/write", made.id);
  return { status: found === undefined ? 201 : 200, body: printPublicIp(made) };
}

export function printPublicIp({
  id,
  name,
  location,
  tags,
  guid,
  sku,
  allocation,
  address,
  attachedTo,
}: PublicIp) {
  return {
    id,
    name,
    type: "Microsoft.Network/publicIPAddresses",
    location,
    ...(tags === undefined ? {} : { tags }),
    sku: { name: sku, tier: "Regional" },
    properties: {
      provisioningState: "Succeeded",
      resourceGuid: guid,
      publicIPAddressVersion: "IPv4",
      publicIPAllocationMethod: allocation,
      ...(address === undefined ? {} : { ipAddress: address }),
      ...(attachedTo === undefined ? {} : { ipConfiguration: { id: attachedTo } }),
    },
  };
}
