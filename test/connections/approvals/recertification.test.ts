import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "../../../src/lib/clock.ts";
import { decideHeld } from "../../../src/lib/connections/decide-held.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { temporaryFolder } from "../../folder.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** Approvals that end: their announcement, their renewal, and what nobody renews. */
const folder = temporaryFolder();
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { alertTypes, record, entries } = observationsOf(() => workbench);
type Id = Parameters<Workbench["review"]>[0];

/** The same world under a policy that approves these subscriptions for thirty days, and holds everybody else. */
function under(teams: readonly string[], more = ""): Workbench {
  folder.write(
    "policy.yaml",
    `name: terms
parameters: { approved: { type: Array, defaultValue: ${JSON.stringify(teams)} } }
rules:
  - name: teams
    if: { field: endpoint.subscriptionId, in: "[parameters('approved')]" }
    then: { effect: approve, for: P30D }
${more}`,
  );
  return workbench.under({ policy: `${folder.path()}/policy.yaml`, parameters: {} });
}
async function approved(on: Workbench): Promise<Id> {
  const id = await workbench.ask();
  await on.review(id);
  expect(await record(id)).toMatchObject({ phase: "Applied", term: { until: "2026-12-24T08:05:00.000Z" } });
  return id;
}
const about = ({ data: { until, isOver } }: Workbench["alerts"][number]) => ({ until, isOver });
const announced = () =>
  workbench.alerts.filter(({ type }) => type === "Drawbridge.RecertificationDue").map(about);

describe("an approval for thirty days", () => {
  it("is announced once, three days ahead, and renewed without an alert", async () => {
    const on = under([subscriptions.landingZone]);
    const id = await approved(on);
    for (let days = 0; days < 26; days++) {
      workbench.pass(dayMs);
      await sweepAndFollow(on);
    }
    expect(announced()).toEqual([]);
    for (let days = 0; days < 2; days++) {
      workbench.pass(dayMs);
      await sweepAndFollow(on);
    }
    expect(announced()).toEqual([{ until: "2026-12-24T08:05:00.000Z", isOver: false }]);
    workbench.pass(3 * dayMs);
    await sweepAndFollow(on);
    const renewed = await record(id);
    expect(renewed?.term?.until).toBe("2027-01-24T10:30:00.000Z");
    expect(renewed?.term?.noticedAt).toBeUndefined();
    expect(announced()).toHaveLength(1);
    expect((await entries()).at(-1)).toMatchObject({
      kind: "decision",
      recertifies: true,
      action: "none",
      verdict: { kind: "approve", forMs: 30 * dayMs, reasons: ['rule "teams" approves it for 30 days'] },
    });
    // What stands on Azure by now is no message of the requester's.
    expect((await entries()).at(-1)).not.toHaveProperty("message");
    // Nothing was written, so the description still names the first decision, and so does the record.
    expect(workbench.puts()).toBe(1);
    expect(workbench.onAzure(id).description).toContain(`drawbridge ${renewed?.decisionId}:`);
  });

  it("that the policy does not approve again stays Approved, and an alert says once that it is over", async () => {
    const id = await approved(under([subscriptions.landingZone]));
    const changed = under([]);
    workbench.pass(31 * dayMs);
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      await sweepAndFollow(changed);
      workbench.pass(2 * dayMs);
    }
    expect(announced()).toEqual([{ until: "2026-12-24T08:05:00.000Z", isOver: true }]);
    expect((await record(id))?.term?.lapsedAt).toMatch(/^2026-12-25/);
    expect(workbench.onAzure(id).status).toBe("Approved");
    // Approved again by a later policy.
    const again = under([subscriptions.landingZone]);
    await sweepAndFollow(again);
    expect((await record(id))?.term?.lapsedAt).toBeUndefined();
    expect(announced()).toHaveLength(1);
  });

  it("waits, without an alert, for a policy that loads", async () => {
    const id = await approved(under([subscriptions.landingZone]));
    workbench.pass(31 * dayMs);
    await sweepAndFollow(under([subscriptions.landingZone], "no key: 1\n"));
    expect(announced()).toEqual([]);
    workbench.pass(dayMs);
    await sweepAndFollow(under([subscriptions.landingZone]));
    expect((await record(id))?.term?.until).toMatch(/^2027-01-2/);
  });

  it("waits for the rule's change window, without an alert", async () => {
    const night = '    window: { days: [Sat], from: "00:00", to: "24:00", timeZone: Etc/UTC }\n';
    const id = await approved(under([subscriptions.landingZone]));
    // 2026-12-25 is a Friday.
    workbench.pass(31 * dayMs);
    await sweepAndFollow(under([subscriptions.landingZone], night));
    expect(announced()).toEqual([]);
    workbench.pass(dayMs);
    await sweepAndFollow(under([subscriptions.landingZone], night));
    expect((await record(id))?.term?.until).toMatch(/^2027-01-25/);
  });

  it("is renewed by an operator, until another time", async () => {
    const id = await approved(under([subscriptions.landingZone]));
    const on = under([]);
    workbench.pass(31 * dayMs);
    await sweepAndFollow(on);
    const until = "2027-06-30T00:00:00.000Z";
    const asked = { connection: id, verdict: "approve", by: "ana", reason: "still needed" } as const;
    expect(await decideHeld(on.services, { ...asked, until })).toMatchObject({
      kind: "decided",
      record: { phase: "Applied", term: { until }, person: { by: "ana", until } },
    });
    expect(workbench.puts()).toBe(1);
    await sweepAndFollow(on);
    expect(announced()).toHaveLength(1);
    // The caller learns of the entry that has who and why, and the record keeps the one that Azure's description names.
    const again = await decideHeld(on.services, { ...asked, until });
    expect(again).toMatchObject({
      decisionId: (await entries()).at(-1)?.id,
      record: { reason: expect.stringContaining("ana") },
    });
    expect(again.kind === "decided" && again.decisionId).not.toBe((await record(id))?.decisionId);
    const refused = await decideHeld(on.services, { ...asked, verdict: "reject" });
    expect(refused).toMatchObject({ kind: "refused", record: { state: "Approved" } });
  });
});

it("an operator's approval until a time is re-evaluated by the policy after it", async () => {
  const on = under([]);
  const id = await workbench.ask();
  await on.review(id);
  const until = "2026-12-01T00:00:00.000Z";
  await decideHeld(on.services, { connection: id, verdict: "approve", by: "ana", reason: "pilot", until });
  expect(await record(id)).toMatchObject({ phase: "Applied", term: { until } });
  workbench.pass(8 * dayMs);
  await sweepAndFollow(on);
  expect(announced()).toEqual([{ until, isOver: true }]);
  expect(alertTypes().slice(0, 3)).toEqual(["ConnectionHeld", "ConnectionApproved", "RecertificationDue"]);
});
