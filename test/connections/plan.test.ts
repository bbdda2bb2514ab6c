import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { landingZones } from "../../simulator/estate/generate.ts";
import { planEstate } from "../../src/lib/plan/plan.ts";
import type { PlannedService } from "../../src/lib/plan/plan-service.ts";
import { temporaryFolder } from "../folder.ts";
import type { Workbench } from "../workbench.ts";
import { servicesOf, startEstate } from "./generated-estate.ts";

/** A plan on a generated estate, and what `enforce` then does there. */
const { path: folder, write } = temporaryFolder();

let bench: Workbench;
beforeEach(async () => {
  bench = await startEstate({ services: 12, subscriptions: 2, pending: 40, approved: 14 });
});
afterEach(() => bench.stop());

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
    "rejects by default where every fact is known",
    `default: reject
rules:
  ${approves(from(others.slice(0, 5)))}`,
    ["approve", "hold"],
  ],
];

async function planned(under: Workbench): Promise<PlannedService[]> {
  const taken: PlannedService[] = [];
  const { azure, clock, policy, scope } = under.services;
  const ended = await planEstate(
    { azure, clock, wait: () => Promise.resolve() },
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

const statuses = { approve: "Approved", reject: "Rejected", hold: "Pending" } as const;

/** The state of every connection on Azure, by its id in the plan's spelling. */
const onAzure = () =>
  new Map(
    servicesOf(bench).flatMap(({ connections }) =>
      [...connections.values()].map(({ id, status }) => [id.toLowerCase(), status] as const),
    ),
  );

describe("a plan", () => {
  it.each(policies)("of a policy that %s says exactly what enforce then does", async (_, text, actions) => {
    write("policy.yaml", `name: p\n${text}\n`);
    const under = bench.under({ policy: `${folder()}/policy.yaml`, parameters: {} });
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

  it("of what is done already is empty", async () => {
    await bench.calm();
    expect((await planned(bench)).flatMap((each) => each.planned[0])).toEqual([]);
  });

  it("names what cannot be read, and leaves it out", async () => {
    const [service] = servicesOf(bench);
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    bench.simulator.faults.add({
      method: "GET",
      path: service?.id.toLowerCase() ?? "",
      does: { kind: "answer", answer },
      times: 99,
    });
    const [unread, ...rest] = (await planned(bench)).toSorted((a, b) => b.unread.length - a.unread.length);
    expect(unread?.unread).toEqual([expect.stringMatching(/apim-\d+ \(forbidden\)$/)]);
    expect(rest.flatMap((each) => each.unread)).toEqual([]);
  });
});
