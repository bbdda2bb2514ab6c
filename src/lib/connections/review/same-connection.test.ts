import { describe, expect, it } from "vitest";
import { earlier, fullRecord, leastRecord, now } from "../../../../test/connections/records.ts";
import { reviewFixture } from "../../../../test/connections/review-fixture.ts";
import { endpointOf, hasNoDescription, isAnother, isNotOurs, recordReplaced } from "./same-connection.ts";

const endpoint =
  "/subscriptions/0000000a-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe";
const inUpperCase = endpoint.replace("resourceGroups/rg", "RESOURCEGROUPS/RG");

describe("a connection under a recorded name", () => {
  it.each([
    ["is another one with another endpoint", endpoint, `${endpoint}-2`, true],
    ["is the same with its endpoint in other case", endpoint, inUpperCase, false],
    ["is another one with an endpoint whose id cannot be parsed", "one", "two", true],
    ["is the same where the answer has no endpoint", endpoint, undefined, false],
    ["is the same where the record has no endpoint", undefined, endpoint, false],
  ])("%s", (_, known, current, another) => {
    const record = { ...leastRecord("Held"), ...(known === undefined ? {} : { endpointId: known }) };
    const shown = { state: "Pending", ...(current === undefined ? {} : { endpointId: current }) };
    expect(isAnother(record, shown)).toBe(another);
  });

  it("has its endpoint's canonical id, or the text that cannot be parsed", () => {
    expect(endpointOf(inUpperCase)).toBe(endpointOf(endpoint));
    expect(endpointOf("anything")).toBe("anything");
  });
});

describe("an approval", () => {
  const applied = { ...leastRecord("Applied"), action: "approve", decisionId: "d-1" } as const;
  const shown = { state: "Approved", description: "drawbridge d-2: it fits" };

  it.each([
    ["is not ours if its description names another decision", applied, shown, true],
    ["is not ours if its description names none", applied, { ...shown, description: "" }, true],
    [
      "is ours if its description names our decision",
      applied,
      { ...shown, description: "drawbridge d-1: it fits" },
      false,
    ],
    ["may be ours if the answer has no description", applied, { state: "Approved" }, false],
    ["that is no longer shown is not judged so", applied, { ...shown, state: "Pending" }, false],
    [
      "that we do not count as applied is not judged so",
      { ...applied, phase: "Overridden" as const },
      shown,
      false,
    ],
    ["that we did not give is not judged so", { ...applied, action: "reject" as const }, shown, false],
  ])("%s", (_, record, connection, notOurs) => {
    expect(isNotOurs(record, connection)).toBe(notOurs);
  });
});

it.each([
  [{}, true],
  [{ description: "" }, true],
  [{ description: "please" }, false],
])("the answer %j does not say who wrote last: %s", (answer, none) => {
  expect(hasNoDescription(answer)).toBe(none);
});

it("the record of a connection whose name another endpoint uses ends in the chain, and starts over", async () => {
  const fixture = reviewFixture();
  const { version: _, ...record } = fullRecord("Applied");
  const stored = await fixture.stored({ ...record, endpointId: endpoint });
  const next = await recordReplaced(fixture.services, stored);
  expect(next).toMatchObject({
    phase: "Seen",
    firstSeenAt: now.toISOString(),
    attempts: 0,
    reviewedAt: earlier,
  });
  expect(next).not.toHaveProperty("endpointId");
  expect(await fixture.services.ledger.find(next.id)).toEqual(next);
  expect(await fixture.entries()).toMatchObject([
    {
      kind: "outcome",
      phase: "Gone",
      decisionId: "d-0",
      reason: `its endpoint ${endpoint} is gone, and another one uses its name now`,
    },
  ]);
  expect(await fixture.alerts()).toEqual([]);
});
