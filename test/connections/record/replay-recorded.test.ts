import { afterEach, beforeEach, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { dayMs } from "../../../src/lib/clock.ts";
import { count, emptyTally } from "../../../src/lib/replay/tally.ts";
import { replayer } from "../../../src/lib/replay/replay.ts";
import { decideHeld } from "../../../src/lib/connections/decide-held.ts";
import { temporaryFolder } from "../../folder.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

/**
 * Replays what reviews really recorded: approvals, rejections, holds, a limit that withholds, a person, and a broken
 * policy.
 */
const folder = temporaryFolder();
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { entries } = observationsOf(() => workbench);

function under(text: string): Workbench {
  folder.write("policy.yaml", text);
  return workbench.under({
    policy: `${folder.path()}/policy.yaml`,
    parameters: {},
    rateLimits: { approvalsPerHour: 1 },
  });
}

const policy = (approved: readonly string[]) => `name: replayed
limits: [{ name: few, max: 9 }]
rules:
  - { name: ours, if: { field: endpoint.subscriptionId, in: [${approved.join(", ")}] }, then: { effect: approve, for: P30D } }
  - { name: blocked, if: { field: endpoint.subscriptionId, equals: ${subscriptions.sandbox} }, then: { effect: reject } }
`;

it("the same policy changes nothing, and another one exactly what its rules decide otherwise", async () => {
  const ours = [subscriptions.landingZone, subscriptions.newTeam];
  const on = under(policy(ours));
  for (const subscriptionId of [...ours, subscriptions.sandbox])
    await on.review(await workbench.ask({ subscriptionId }));
  const partner = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await on.review(partner);
  await decideHeld(on.services, { connection: partner, verdict: "reject", by: "ana", reason: "no" });
  const broken = under("name: broken\nrules: 1\n");
  await broken.review(await workbench.ask());

  const recorded = (await entries()).filter(({ kind }) => kind === "decision");
  expect(recorded.map((entry) => entry.kind === "decision" && entry.restrained)).toContain("approvals");
  const replay = async (text: string) => {
    const loaded = await under(text).services.policy();
    if (loaded.kind === "invalid") throw new Error("the policy of the test does not load");
    const [tally, replayed] = [emptyTally(), replayer(loaded.compiled)];
    for (const entry of recorded) count(tally, replayed(JSON.stringify(entry)));
    return tally;
  };
  const same = await replay(policy(ours));
  expect(same).toMatchObject({ decisions: recorded.length, same: recorded.length - 1, otherwise: 0 });
  expect([...same.cannot.keys()]).toEqual([expect.stringContaining("did not load")]);
  const endless = await replay(policy(ours).replace(", for: P30D", ""));
  expect([...endless.groups.values()]).toMatchObject([
    { before: { kind: "approve", forMs: 30 * dayMs }, after: { kind: "approve" }, count: 2 },
  ]);
  const fewer = await replay(policy([subscriptions.landingZone]));
  expect([...fewer.groups.values()]).toMatchObject([
    { before: { kind: "approve", rule: "ours" }, after: { kind: "hold" }, count: 1 },
  ]);
});
