import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { landingZones } from "../../../simulator/estate/generate.ts";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { recordsOf } from "../../../src/lib/connections/ledger.ts";
import { planEstate } from "../../../src/lib/plan/plan.ts";
import type { Planned } from "../../../src/lib/plan/planned.ts";
import type { PlannedService } from "../../../src/lib/plan/plan-service.ts";
import { temporaryFolder } from "../../folder.ts";
import type { Workbench } from "../../workbench.ts";
import { servicesOf, startEstate } from "../sweep/generated-estate.ts";

/** A plan on a generated estate, and what `enforce` then does there. */
const { path: folder, write } = temporaryFolder();

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startEstate({ services: 12, subscriptions: 2, pending: 40, approved: 14 });
});
afterEach(() => workbench.stop());

const [first = "", second = "", ...others] = landingZones;
const from = (ids: readonly string[]) => `{ field: endpoint.subscriptionId, in: [${ids.join(", ")}] }`;
const approves = (condition: string) => `- { name: ours, if: ${condition}, then: { effect: approve } }`;

const policies: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "approves, rejects and holds",
    `rules:
  ${approves(from(others.slice(0, 12)))}
  - { name: blocked, if: ${from([first, second])}, then: { effect: reject, reason: no } }`,
    ["approve", "hold", "reject"],
  ],
  [
    "limits the approvals of a service",
    `limits: [{ name: few, max: 3 }]
rules:
  ${approves(from(landingZones))}`,
    ["approve", "hold"],
  ],
  [
    "limits the approvals of a requester's virtual network, where only some may connect",
    `limits: [{ name: one, max: 1, per: endpoint.virtualNetwork.id }, { name: few, max: 4 }]
rules:
  ${approves(from(others))}`,
    ["approve", "hold"],
  ],
  [
    "counts what is Pending, which changes with each decision",
    `rules:
  ${approves(`{ allOf: [${from(landingZones)}, { field: counts.pending, greater: 2 }] }`)}
  - { name: many, if: { field: counts.approved, greaterOrEquals: 4 }, then: { effect: hold } }`,
    ["approve", "hold"],
  ],
  [
    "would reject by default, and holds where Azure's answers lack facts",
    `default: reject
rules:
  ${approves(from(others.slice(0, 5)))}`,
    ["approve", "hold"],
  ],
  [
    "approves for a time, has a closed window and exempts some from its rejection",
    `rules:
  - { name: ours, if: ${from(landingZones.slice(0, 10))}, then: { effect: approve, for: P30D } }
  - name: at night
    if: ${from(others)}
    window: { days: [Sun], from: "02:00", to: "03:00", timeZone: Etc/UTC }
    then: { effect: approve }
  - { name: blocked, if: ${from(landingZones.slice(0, 4))}, then: { effect: reject, reason: no } }
exemptions:
  - { name: pilot, rule: blocked, subscription: ${second}, owner: team, ticket: CHG1, expiresOn: 2026-12-01 }`,
    ["approve", "hold", "reject"],
  ],
];

async function planned(under: Workbench): Promise<PlannedService[]> {
  const taken: PlannedService[] = [];
  const { azure, clock, ledger, policy, scope } = under.services;
  const ended = await planEstate(
    {
      azure,
      clock,
      wait: () => Promise.resolve(),
      approvals: async ({ id }) =>
        new Map((await recordsOf(ledger, id)).map((record) => [record.id.text, record])),
    },
    {
      scope,
      policies: [await policy()],
      isPlanned: () => false,
      take: (each) => taken.push(each),
      progress: () => {},
    },
  );
  expect(ended).toEqual({ services: 12, undecided: [], unreadable: 0 });
  return taken;
}

const statuses: Readonly<Record<Planned["action"], "Approved" | "Rejected" | "Pending">> = {
  approve: "Approved",
  reject: "Rejected",
  hold: "Pending",
  revoke: "Rejected",
  recertify: "Approved",
  keep: "Approved",
};

/** The state of every connection on Azure, by its id in the plan's spelling. */
const onAzure = () =>
  new Map(
    servicesOf(workbench).flatMap(({ connections }) =>
      [...connections.values()].map(({ id, status }) => [id.toLowerCase(), status] as const),
    ),
  );

describe("a plan", () => {
  it.each(policies)("of a policy that %s says exactly what enforce then does", async (_, text, actions) => {
    write("policy.yaml", `name: p\n${text}\n`);
    const under = workbench.under({ policy: `${folder()}/policy.yaml`, parameters: {} });
    const before = onAzure();
    const found = (await planned(under)).flatMap((each) => each.planned[0] ?? []);
    expect(onAzure()).toEqual(before);
    expect(new Set(found.map(({ action }) => action))).toEqual(new Set(actions));

    await under.calm();
    const expected = new Map(before);
    for (const { connection, action } of found) expected.set(connection.toLowerCase(), statuses[action]);
    expect(onAzure()).toEqual(expected);
    expect(found).toHaveLength(40);
  });

  it("of a policy that revokes says exactly what enforce then does, within its budget", async () => {
    const under = (rules: string, more = "") => {
      write("policy.yaml", `name: p\nrules:\n  ${rules}\n${more}`);
      return workbench.under({
        policy: `${folder()}/policy.yaml`,
        parameters: {},
        rateLimits: { revocationsPerRun: 2 },
      });
    };
    // A service without approvals from before, and with several requests.
    const pendingOf = ({ connections }: (typeof services)[number]) =>
      [...connections.values()].filter(({ status }) => status === "Pending");
    const services = servicesOf(workbench);
    const guarded = services.find((each) => pendingOf(each).length > 1);
    for (const [name, { status }] of guarded?.connections ?? [])
      if (status !== "Pending") guarded?.connections.delete(name);
    for (const each of services)
      Object.assign(each.properties, { publicNetworkAccess: each === guarded ? "Disabled" : "Enabled" });
    await under(approves(from(landingZones))).calm();
    const rejecting = under(
      `- { name: closed, if: { anyOf: [${from(landingZones.slice(0, 4))}, { field: service.name, equals: ${guarded?.name} }] }, then: { effect: reject } }`,
      "revoke: rejected\nrevokeAfter: PT1H\n",
    );
    const before = onAzure();
    const found = (await planned(rejecting)).flatMap((each) => each.planned[0] ?? []);
    expect(onAzure()).toEqual(before);
    const of = (action: Planned["action"]) => found.filter((each) => each.action === action);
    expect(of("revoke").length).toBeGreaterThan(4);
    expect(of("revoke")[0]?.reasons).toEqual([
      'rule "closed" rejects it',
      "it is announced first (RevocationDue), and revoked 1 hour later unless that changes",
    ]);
    // Its last one is kept, and so is what was Approved before Drawbridge saw the services.
    const kept = of("keep").map(({ reasons }) => reasons.join("; "));
    expect(kept.filter((reason) => reason.includes("it is the last approved connection"))).toHaveLength(1);
    expect(kept.filter((reason) => reason.includes("before Drawbridge saw its service"))).toHaveLength(
      kept.length - 1,
    );

    const revoked = () => [...onAzure().values()].filter((status) => status === "Rejected").length;
    const sweeps = async (count: number) => {
      for (let done = 0; done < count; done++) {
        const earlier = revoked();
        await rejecting.follow(await rejecting.sweep());
        workbench.pass(5 * minuteMs);
        expect(revoked() - earlier).toBeLessThanOrEqual(2);
      }
    };
    // All are announced by the first sweeps: a changed policy does not wait for the rotation.
    await sweeps(4);
    expect(revoked()).toBe(0);
    workbench.pass(hourMs);
    await sweeps(of("revoke").length / 2 + 2);
    const expected = new Map(before);
    for (const { connection } of of("revoke")) expected.set(connection.toLowerCase(), "Rejected");
    expect(onAzure()).toEqual(expected);
  });

  it("of what is done already is empty", async () => {
    await workbench.calm();
    expect((await planned(workbench)).flatMap((each) => each.planned[0])).toEqual([]);
  });

  it("names what cannot be read, and leaves it out", async () => {
    const [service] = servicesOf(workbench);
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    workbench.simulator.faults.add({
      method: "GET",
      path: service?.id.toLowerCase() ?? "",
      does: { kind: "answer", answer },
      times: 99,
    });
    const [unread, ...rest] = (await planned(workbench)).toSorted(
      (a, b) => b.unread.length - a.unread.length,
    );
    expect(unread?.unread).toEqual([expect.stringMatching(/apim-\d+ \(forbidden\)$/)]);
    expect(rest.flatMap((each) => each.unread)).toEqual([]);
  });

  it("names the entries of a service's list that cannot be read", async () => {
    const service = servicesOf(workbench).find(({ connections }) => connections.size > 0);
    const [connection] = service?.connections.values() ?? [];
    if (service === undefined || connection === undefined) throw new Error("the estate has no connection");
    const id = `${service.id}/privateEndpointConnections/pe%2e`;
    service.connections.set("broken", { ...connection, name: "pe%2e", id });
    expect((await planned(workbench)).flatMap(({ unread }) => unread)).toEqual([
      expect.stringMatching(/\(incomplete-list: \S+\/pe%2e\)$/),
    ]);
  });
});
