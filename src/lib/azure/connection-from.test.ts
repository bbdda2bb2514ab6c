import { describe, expect, it } from "vitest";
import { serviceIdOf } from "../../../test/ids.ts";
import { connectionListFrom } from "./connection-from.ts";

const service = serviceIdOf(
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders",
);
const member = (name: string, more: object = {}) => ({
  id: `${service.text}/privateEndpointConnections/${name}`,
  properties: { privateLinkServiceConnectionState: { status: "Pending" } },
  ...more,
});

const unreadableIn = (list: unknown) => connectionListFrom(service, list).unreadable;

describe("what is unreadable in a list of connections", () => {
  it("is nothing where each member is a connection of the service", () => {
    expect(unreadableIn([member("one"), member("two")])).toEqual([]);
    expect(unreadableIn([])).toEqual([]);
    expect(unreadableIn("no list")).toEqual([]);
  });

  it("is named by its id, without the characters that would not be seen, and cut", () => {
    const stateless = member("three", { properties: {} });
    const other = { ...member("four"), id: member("four").id.replace("apim-orders", "apim-other") };
    const hostile = member(`\u001b[31m${"x".repeat(1_000)}`);
    const named = unreadableIn([member("one"), member("pe..%2e"), stateless, other, hostile, { id: 7 }]);
    expect(named.slice(0, 3)).toEqual([member("pe..%2e").id, stateless.id, other.id]);
    expect(named[3]).toHaveLength(300);
    expect(named[3]).not.toContain("\u001b");
    expect(named[4]).toBe("an entry without an id");
  });

  it("is an entry that is there twice, so that nothing is counted", () => {
    const { connections, readable, unreadable } = connectionListFrom(service, [member("one"), member("ONE")]);
    expect(connections).toEqual({ kind: "unknown", reason: "incomplete-list" });
    expect(readable.map(({ id }) => id.connectionName)).toEqual(["one"]);
    expect(unreadable).toEqual([`${member("ONE").id} twice`]);
  });

  it("is five names at most, and how many more there are", () => {
    const many = Array.from({ length: 8 }, (_, index) => member(`pe%2e${index}`));
    expect(unreadableIn(many)).toEqual([...many.slice(0, 5).map(({ id }) => id), "3 more"]);
  });
});
