import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { mutatedEvents } from "../../../test/mutated-events.ts";
import { runs } from "../../../test/property-runs.ts";
import { readAddressEvent } from "./address-event.ts";

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
  ])("%s names the resource to check", (name, uri, text) => {
    expect(readAddressEvent(event(name, uri))).toMatchObject({ kind: "check", resource: { text } });
  });

  it("as a CloudEvent without a resource URI names its subject", () => {
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

  it.each([
    ["an empty address", { resourceUri: "" }, service],
    ["an address that is an URL", { resourceUri: `https://management.azure.com${service}?a=b` }, service],
    ["an address of another kind", { resourceUri: publicIp }, service],
    ["the scope of its authorization alone", { authorization: { scope: service } }, undefined],
  ])("with %s falls back to another name", (_, data, subject) => {
    const named = { subject, data: { operationName: "Microsoft.ApiManagement/service/write", ...data } };
    expect(readAddressEvent(named)).toMatchObject({ kind: "check", resource: { text: service } });
  });

  it.each([
    ["Microsoft.ApiManagement/service", service],
    ["microsoft.network/publicipaddresses", publicIp],
  ])("that notifies of a %s names the resource to check", (type, id) => {
    const eventType = "Microsoft.ResourceNotifications.Resources.CreatedOrUpdated";
    expect(readAddressEvent({ eventType, data: { resourceInfo: { type, id } } })).toMatchObject({
      kind: "check",
      resource: { text: id },
    });
    const other = { eventType, data: { resourceInfo: { type: `${type}/children`, id } } };
    expect(readAddressEvent(other)).toEqual({ kind: "irrelevant" });
  });

  it("of another kind is irrelevant", () => {
    const value = { eventType: "Microsoft.Storage.BlobCreated", subject: service, data: { api: "PutBlob" } };
    expect(readAddressEvent(value)).toEqual({ kind: "irrelevant" });
  });

  it("never fails to be read, and names only resources that can be checked", () => {
    const data = { resourceUri: service, operationName: "Microsoft.ApiManagement/service/write" };
    const resourceInfo = { type: "Microsoft.Network/publicIPAddresses", id: publicIp };
    const events = [
      { eventType: "Microsoft.Resources.ResourceWriteSuccess", subject: service, data },
      { type: "Microsoft.ResourceNotifications.Resources.CreatedOrUpdated", data: { resourceInfo } },
    ];
    const texts = [service, publicIp, `${service}/x`, `${group}/..`, `${service}/../x`];
    const counts: Record<string, number> = {};
    assert(
      property(mutatedEvents(events, texts), (value) => {
        const read = readAddressEvent(value);
        counts[read.kind] = (counts[read.kind] ?? 0) + 1;
        const named = read.kind === "check" ? [read.resource.text] : [];
        expect([service, publicIp]).toEqual(expect.arrayContaining(named));
      }),
      runs,
    );
    expect(Object.keys(counts).toSorted()).toEqual(["check", "irrelevant", "malformed"]);
  });
});
