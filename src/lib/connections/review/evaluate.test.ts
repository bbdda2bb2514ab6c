import { beforeEach, describe, expect, it } from "vitest";
import { id, now } from "../../../../test/connections/records.ts";
import {
  otherId,
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { invalid } from "../../../../test/connections/tenant-policies.ts";
import { tierPolicy } from "../../../../test/connections/tier-policy.ts";
import { policyOf } from "../../../../test/simulation/loaded-policies.ts";
import { deciderHash } from "../../decider-hash.ts";
import { knownRead, unknownRead, type Read } from "../../estate/read.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import type { Connection, Service } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { deciderInForce, evaluateConnection, revokingDecider, type EvaluationServices } from "./evaluate.ts";

const unread: LoadedPolicy = { kind: "invalid", hash: "h", problems: [], unread: "timed-out" };
const limited = tierPolicy("limits: [{ name: few, max: 5 }]\n");

const held = [
  "no rule applies, and the default is hold",
  'closest is rule "ours" (approve): service.sku equals "Premium" is false',
];

let fixture: ReviewFixture;
/** The subscriptions that were asked for: kept ones, or freshly read. */
let asked: string[];
beforeEach(() => {
  fixture = reviewFixture();
  asked = [];
});

const azureShows = (more: Partial<Service>) => {
  fixture.world.service = knownRead({ ...service, ...more });
};

/** The requester's subscription has one name as it is kept, and another as it is freshly read. */
function services(policy: LoadedPolicy, names = { kept: "", fresh: "" }): EvaluationServices {
  const azure: EvaluationServices["azure"] = {
    ...fixture.services.azure,
    subscriptions: (_, fresh) => {
      asked.push(fresh ?? "kept");
      const subscription = { name: names[fresh ?? "kept"], managementGroups: [] };
      return Promise.resolve(
        knownRead({ at: now, byId: new Map([[id.service.subscriptionId, subscription]]) }),
      );
    },
  };
  return { ...fixture.services, azure, policy: () => Promise.resolve(policy) };
}

const evaluated = (policy: LoadedPolicy, names?: { kept: string; fresh: string }) =>
  evaluateConnection(services(policy, names), shown, []);

describe("a verdict", () => {
  it("has with it what it rests on", async () => {
    const policy = tierPolicy();
    const { verdict, facts, trace, fingerprint, ...rest } = await evaluated(policy);
    expect(verdict).toMatchObject({ kind: "approve", rule: "ours" });
    expect(facts.known).toMatchObject({ "service.sku": "Premium" });
    expect(facts.unknown).toMatchObject({ "endpoint.tags": "forbidden" });
    expect(trace).toMatchObject([{ name: "ours", result: "true" }]);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toMatchObject({ policy, snapshot: { connection: shown, service: knownRead(service), now } });
  });

  it("of a policy that does not load is a hold, with the facts and without rules", async () => {
    expect(await evaluated(invalid)).toMatchObject({
      verdict: { kind: "hold", reasons: ["the policy does not load, so everything is held"] },
      facts: { known: { "service.sku": "Premium" } },
      trace: [],
    });
  });

  it("that holds says so where its service cannot have private endpoints", async () => {
    azureShows({ sku: knownRead("Consumption") });
    const reason = "a service of the tier Consumption cannot have private endpoints";
    expect((await evaluated(tierPolicy())).verdict.reasons).toEqual([...held, reason]);
    azureShows({ sku: knownRead("Standard") });
    expect((await evaluated(tierPolicy())).verdict.reasons).toEqual(held);
  });

  it("that approves says nothing of that", async () => {
    const before = (await evaluated(tierPolicy())).verdict;
    azureShows({ virtualNetworkType: knownRead("Internal") });
    expect((await evaluated(tierPolicy())).verdict).toEqual(before);
  });
});

describe("a rejection", () => {
  const policy = policyOf(
    `name: names
rules:
  - { name: ours, if: { field: requester.tenant, equals: ours }, then: { effect: approve } }
  - { name: tests, if: { field: requester.subscriptionName, equals: test }, then: { effect: reject } }
`,
    "enforce",
  );

  it("rests on the requester's subscription as it is read now", async () => {
    expect((await evaluated(policy, { kept: "test", fresh: "test" })).verdict.kind).toBe("reject");
    expect(asked).toEqual(["kept", "fresh"]);
    expect((await evaluated(policy, { kept: "test", fresh: "prod" })).verdict.kind).toBe("approve");
  });

  it("alone costs that second read", async () => {
    expect((await evaluated(policy, { kept: "prod", fresh: "prod" })).verdict.kind).toBe("approve");
    expect(asked).toEqual(["kept"]);
  });
});

describe("a member of Azure's list that cannot be read", () => {
  const unreadable = ["pe..%2e", "an entry without an id"];
  const reason = `Azure's list of the service's connections contains entries that cannot be read: ${unreadable.join(", ")}`;

  it("is named by the hold of a policy that counts connections", async () => {
    azureShows({ connections: unknownRead("incomplete-list"), unreadable });
    expect((await evaluated(limited)).verdict.reasons).toEqual([expect.stringContaining("few"), reason]);
  });

  it("is no matter to another hold, nor to an approval that counts nothing", async () => {
    azureShows({ connections: unknownRead("incomplete-list"), unreadable });
    expect((await evaluated(tierPolicy())).verdict.kind).toBe("approve");
    azureShows({ unreadable, sku: knownRead("Standard") });
    expect((await evaluated(limited)).verdict.reasons).toEqual(held);
  });
});

describe("an approved connection that is missing from Azure's list", () => {
  const missing = { id: otherId, phase: "Applied", state: "Approved" } as const;
  const reason = `Azure's list of the service's connections lacks ${otherId.connectionName}, which was Approved and is not known to be gone`;
  const listed = (connections: Read<readonly Connection[]>) => {
    azureShows({ connections });
  };

  it("makes every count unknown, and the hold says why", async () => {
    await fixture.stored(missing);
    expect((await evaluated(limited)).verdict).toMatchObject({
      kind: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
      reasons: [expect.stringContaining("few"), reason],
    });
  });

  it("is no matter to an approval that counts nothing", async () => {
    const before = (await evaluated(tierPolicy())).verdict;
    await fixture.stored(missing);
    expect((await evaluated(tierPolicy())).verdict).toEqual(before);
  });

  it("is no matter to what is held anyway", async () => {
    await fixture.stored(missing);
    azureShows({ sku: knownRead("Standard") });
    expect((await evaluated(limited)).verdict.reasons).toEqual(held);
  });

  it.each<[string, Partial<ConnectionRecord>]>([
    ["it is known to be gone", { phase: "Gone" }],
    ["it was not Approved", { state: "Pending" }],
    ["it is listed", { id }],
  ])("is none where %s", async (_, more) => {
    await fixture.stored({ ...missing, ...more });
    expect((await evaluated(limited)).verdict.kind).toBe("approve");
  });

  it("is not looked for where the list is unknown already", async () => {
    await fixture.stored(missing);
    listed(unknownRead("not-in-answer"));
    expect((await evaluated(tierPolicy())).verdict.kind).toBe("approve");
    expect((await evaluated(limited)).verdict.reasons).not.toContain(reason);
  });
});

describe("the virtual networks of the approved connections", () => {
  it("are read for a policy that counts by them alone", async () => {
    const networksOf = async (policy: LoadedPolicy) => (await evaluated(policy)).snapshot.networksOf;
    const byNetwork = tierPolicy("limits: [{ name: few, per: endpoint.virtualNetwork.id, max: 5 }]\n");
    expect(await networksOf(byNetwork)).toEqual(new Map());
    expect(await networksOf(limited)).toBeUndefined();
  });
});

describe("what decides", () => {
  const revoking = tierPolicy("revoke: rejected\n");
  it("is the policy and the mode, and unknown while the policy cannot be read", () => {
    expect(deciderInForce(limited, "enforce")).toBe(deciderHash(limited, "enforce"));
    expect(deciderInForce(invalid, "observe")).toBe(deciderHash(invalid, "observe"));
    expect(deciderInForce(unread, "enforce")).toBeUndefined();
  });

  it("on approvals is kept in short, and nothing where none is revoked", () => {
    expect(revokingDecider(revoking, "enforce")).toBe(deciderHash(revoking, "enforce").slice(0, 16));
    expect(revokingDecider(revoking, "observe")).toBeUndefined();
  });
});
