import { randomUUID } from "node:crypto";
import { armError, notFound, ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";
import { nextAddress } from "../estate/next-address.ts";
import type { PublicIp } from "../estate/world.ts";

/**
 * `Microsoft.Network/publicIPAddresses`. Azure chooses the address, and keeps a Static one until the resource is
 * deleted.
 */
export function handlePublicIp(context: ProviderContext, request: ArmRequest): ArmResponse | undefined {
  if (request.segments.length !== 8) return undefined;
  const action = { GET: "read", PUT: "write", DELETE: "delete" }[request.method];
  if (action === undefined) return undefined;
  const refusal = forbidden(request, `Microsoft.Network/publicIPAddresses/${action}`, request.path);
  if (refusal !== undefined) return refusal;
  const { publicIps } = context.world;
  const found = publicIps.get(request.path.toLowerCase());
  if (action === "write") return putPublicIp(context, request, found);
  if (found === undefined) return notFound(request.path);
  if (action === "read") return ok(publicIpJson(found));
  if (found.attachedTo !== undefined)
    return armError(400, "PublicIPAddressCannotBeDeleted", `${found.name} is in use by ${found.attachedTo}.`);
  publicIps.delete(request.path.toLowerCase());
  context.emit("Microsoft.Network/publicIPAddresses/delete", found.id);
  return { status: 204 };
}

interface PublicIpBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly sku?: { readonly name?: string };
  readonly properties?: { readonly publicIPAllocationMethod?: "Static" | "Dynamic" };
}

function putPublicIp(
  { world, emit }: ProviderContext,
  { path, body }: ArmRequest,
  found: PublicIp | undefined,
): ArmResponse {
  const { location, tags, sku, properties } = (body ?? {}) as PublicIpBody;
  if (location === undefined)
    return armError(400, "LocationRequired", "A public IP address needs a location.");
  const allocation = properties?.publicIPAllocationMethod ?? "Static";
  const publicIp: PublicIp = found ?? {
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
  // A Static address that becomes Dynamic is released if no resource uses it.
  if (allocation === "Dynamic" && publicIp.attachedTo === undefined) publicIp.address = undefined;
  publicIp.allocation = allocation;
  publicIp.tags = tags;
  world.publicIps.set(path.toLowerCase(), publicIp);
  emit("Microsoft.Network/publicIPAddresses/write", publicIp.id);
  return { status: found === undefined ? 201 : 200, body: publicIpJson(publicIp) };
}

export function publicIpJson({
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
