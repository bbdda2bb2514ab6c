import { beforeEach, describe, expect, it } from "vitest";
import { approving, invalid, tenantPolicy } from "../../../../test/connections/tenant-policies.ts";
import {
  endpointId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { parseEndpointId, type EndpointId } from "../../azure/resource-id.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import type { Endpoint } from "../azure-connections.ts";
import { evaluateConnection } from "./evaluate.ts";
import { recheckBeforeWrite } from "./recheck-before-write.ts";

const unread = unknownRead("not-in-answer");
const endpoint: Endpoint = {
  id: parseEndpointId(endpointId) as EndpointId,
  etag: "e-1",
  location: knownRead("westeurope"),
  tags: knownRead({ team: "a" }),
  subnetId: unread,
  privateAddresses: unread,
  applicationSecurityGroups: unread,
  targets: unread,
};

const alerting = tenantPolicy("effect: alert, reason: look");
const unreadPolicy = { ...invalid, unread: "timed-out" } as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture({ policy: () => Promise.resolve(approving) });
  fixture.world.endpoint = knownRead(endpoint);
});

/** Evaluates the connection, changes the world, and reads it again. */
async function recheckedAfter(change: () => void) {
  const evaluation = await evaluateConnection(fixture.services, shown, []);
  change();
  return recheckBeforeWrite(fixture.services, evaluation);
}

describe("a decision still rests on", () => {
  it.each<[string, () => void]>([
    ["what has not changed", () => undefined],
    ["the time, which always changes", () => (fixture.world.now = new Date(fixture.world.now.getTime() + 1))],
  ])("%s", async (_, change) => {
    const { read, isUnchanged } = await recheckedAfter(change);
    expect(read).toEqual(knownRead(shown));
    expect(isUnchanged).toBe(true);
  });
});

describe("a decision does not rest any more on", () => {
  const shows = (more: object) => () => (fixture.world.connection = knownRead({ ...shown, ...more }));
  const has = (more: object) => () => (fixture.world.endpoint = knownRead({ ...endpoint, ...more }));
  const inForce = (policy: LoadedPolicy) => () =>
    Object.assign(fixture.services, { policy: () => Promise.resolve(policy) });

  it.each<[string, () => void]>([
    ["another state", shows({ state: "Approved" })],
    ["another message", shows({ description: "thank you" })],
    ["another endpoint", shows({ endpointId: `${shown.endpointId ?? ""}-2` })],
    ["an endpoint with another etag", has({ etag: "e-2" })],
    ["an endpoint with other tags", has({ tags: knownRead({ team: "b" }) })],
    ["an endpoint that cannot be read", () => (fixture.world.endpoint = unknownRead("throttled"))],
    ["another policy, even if it approves too", inForce(alerting)],
    ["a policy that does not load any more", inForce(invalid)],
    ["a policy that cannot be read any more", inForce(unreadPolicy)],
    ["another mode", () => Object.assign(fixture.services, { mode: "observe" })],
  ])("%s", async (_, change) => {
    const { read, isUnchanged } = await recheckedAfter(change);
    expect(read).toEqual(fixture.world.connection);
    expect(isUnchanged).toBe(false);
  });

  it("a connection that cannot be read", async () => {
    const read = unknownRead("timed-out");
    expect(await recheckedAfter(() => (fixture.world.connection = read))).toEqual({
      read,
      isUnchanged: false,
    });
  });
});
