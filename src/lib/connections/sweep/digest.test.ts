import { describe, expect, it } from "vitest";
import { connectionId, endpointId } from "../../../../test/connections/sweep/sweep-fixture.ts";
import { digestOf } from "./digest.ts";

const connection = {
  id: connectionId("pe"),
  state: "Pending",
  endpointId: endpointId("pe"),
  description: "please",
};
const { endpointId: _, ...withoutEndpoint } = connection;

describe("the digest of a service", () => {
  it.each([
    ["the id", { ...connection, id: connectionId("pe-2") }],
    ["the state", { ...connection, state: "Approved" }],
    ["the endpoint", { ...connection, endpointId: endpointId("pe-2") }],
    ["that the endpoint is known", withoutEndpoint],
    ["the description", { ...connection, description: "thank you" }],
  ])("changes with %s of a connection", (_what, other) => {
    expect(digestOf([other])).not.toBe(digestOf([connection]));
  });

  it("changes with the number of connections, and is a word where there are none", () => {
    const both = digestOf([connection, { ...connection, id: connectionId("pe-2") }]);
    expect(both).toMatch(/^[0-9a-f]{16}$/);
    expect(both).not.toBe(digestOf([connection]));
    expect(digestOf([])).toBe("none");
  });

  it("is the same in another order, and with the endpoint's id in other case", () => {
    const other = { ...connection, id: connectionId("pe-2") };
    expect(digestOf([other, connection])).toBe(digestOf([connection, other]));
    const upperCase = connection.endpointId.replace("resourceGroups/rg", "RESOURCEGROUPS/RG");
    expect(digestOf([{ ...connection, endpointId: upperCase }])).toBe(digestOf([connection]));
  });
});
