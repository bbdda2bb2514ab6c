import { describe, expect, it } from "vitest";
import { readAddressEvent } from "./event.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers";
const service = `${group}/Microsoft.ApiManagement/service/apim-orders`;
const publicIp = `${group}/Microsoft.Network/publicIPAddresses/pip-edge`;
const event = (operationName: unknown, resourceUri: unknown) => ({ data: { operationName, resourceUri } });

describe("an event about addresses", () => {
  it.each([
    ["Microsoft.ApiManagement/service/write", service, service],
    ["Microsoft.ApiManagement/service/delete", service.toUpperCase(), service],
    ["Microsoft.ApiManagement/service/applynetworkconfigurationupdates/action", service, service],
    ["microsoft.apimanagement/service/updatehostname/action", `${service}/updatehostname`, service],
    ["Microsoft.ApiManagement/service/migrateToStv2/action", service, service],
    ["Microsoft.Network/publicIPAddresses/write", publicIp, publicIp],
    ["Microsoft.Network/publicIPAddresses/delete", publicIp, publicIp],
  ])("%s names what to check", (name, uri, text) => {
    expect(readAddressEvent(event(name, uri))).toMatchObject({ kind: "check", resource: { text } });
  });

  it("as a CloudEvent without an address of its own takes the subject", () => {
    const cloud = { subject: service, data: { operationName: "Microsoft.ApiManagement/service/write" } };
    expect(readAddressEvent(cloud)).toMatchObject({ kind: "check" });
  });

  it.each([
    ["Microsoft.ApiManagement/service/apis/write", `${service}/apis/a`],
    ["Microsoft.ApiManagement/service/privateEndpointConnections/write", service],
    ["Microsoft.Network/privateEndpoints/write", publicIp],
  ])("%s does not concern addresses", (name, uri) => {
    expect(readAddressEvent(event(name, uri))).toEqual({ kind: "irrelevant" });
  });

  it.each([
    ["nothing", undefined],
    ["a text", "write"],
    ["no operation", event(7, service)],
    ["no resource", event("Microsoft.ApiManagement/service/write", null)],
    ["another kind of resource", event("Microsoft.ApiManagement/service/write", publicIp)],
    ["a trick", event("Microsoft.ApiManagement/service/write", service.replace("apim-orders", "..%2f"))],
  ])("that is %s is malformed", (_, value) => {
    expect(readAddressEvent(value)).toEqual({ kind: "malformed" });
  });
});
