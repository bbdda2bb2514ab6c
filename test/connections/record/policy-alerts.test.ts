import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../../../src/lib/clock.ts";
import { deciderHash } from "../../../src/lib/decider-hash.ts";
import { reportPolicy } from "../../../src/lib/alerts/policy-alerts.ts";
import { policyFrom } from "../../../src/lib/config/load-policy.ts";
import type { LoadedPolicy } from "../../../src/lib/policy/loaded-policy.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Alerts about the policy in force: it changed, it does not load, a rule expires soon. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const raisedAlerts = async (on: Workbench) => {
  await reportPolicy(on.services);
  await on.follow({ due: [], services: 0, unread: [] });
  return workbench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
};
const changesTold = () =>
  workbench.alerts
    .filter(({ type }) => type === "Drawbridge.PolicyChanged")
    .flatMap(({ data }) => data.changes as readonly string[]);

describe("a policy alert", () => {
  it("is not raised for the first policy, and names the differences of the next", async () => {
    expect(await raisedAlerts(workbench)).toEqual([]);
    expect(await raisedAlerts(workbench)).toEqual([]);
    const landingZones = [subscriptions.landingZone];
    expect(await raisedAlerts(workbench.under({ landingZones }))).toEqual(["PolicyChanged"]);
    expect(changesTold()).toEqual([
      `value of landingZones: ["${subscriptions.landingZone}","${subscriptions.newTeam}","${subscriptions.partner}"] became ["${subscriptions.landingZone}"]`,
    ]);
    expect(await raisedAlerts(workbench.under({ landingZones }))).toHaveLength(1);
  });

  it("is raised for a change of mode", async () => {
    await raisedAlerts(workbench);
    await raisedAlerts(workbench.under({ mode: "observe" }));
    expect(changesTold()).toEqual(["mode: enforce became observe"]);
  });

  it("is raised daily while a policy does not load, and when it loads again", async () => {
    await raisedAlerts(workbench);
    const broken = workbench.under({ policy: "policies/none" });
    await raisedAlerts(broken);
    // The decisions that it holds name it by the same hash.
    const hash = deciderHash(await broken.services.policy(), "enforce");
    expect(workbench.alerts.at(-1)?.data.hash).toBe(hash);
    workbench.pass(20 * hourMs);
    expect(await raisedAlerts(broken)).toEqual(["PolicyInvalid"]);
    workbench.pass(5 * hourMs);
    expect(await raisedAlerts(broken)).toEqual(["PolicyInvalid", "PolicyInvalid"]);
    expect(new Set(workbench.alerts.map(({ id }) => id)).size).toBe(2);
    expect(await raisedAlerts(workbench)).toEqual(["PolicyInvalid", "PolicyInvalid", "PolicyChanged"]);
    expect(changesTold()).toEqual([]);
  });

  it("is raised once for a rule that expires within two weeks, not for an expired or a lasting one", async () => {
    const rule = (name: string, days: number) => {
      const expiresOn = new Date(workbench.services.clock.now().getTime() + days * dayMs).toISOString();
      return `  - { name: ${name}, expiresOn: "${expiresOn}", if: { field: service.name, exists: true }, then: { effect: hold } }\n`;
    };
    const text = `name: ending\nrules:\n${rule("soon", 13)}${rule("later", 15)}${rule("over", -1)}`;
    const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
    const services = { ...workbench.services, policy: () => Promise.resolve(policy) };
    for (let times = 0; times < 2; times++) await reportPolicy(services);
    await workbench.follow({ due: [], services: 0, unread: [] });
    expect(workbench.alerts).toMatchObject([
      { type: "Drawbridge.RuleExpiring", data: { rule: "soon", effect: "hold" } },
    ]);
  });

  it("names no differences of a policy that is too large to store", async () => {
    const text =
      "name: large\nrules:\n  - { name: r, if: { field: service.name, exists: true }, then: { effect: hold } }\n";
    const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
    const outline = () => ({ rules: "x".repeat(900_001) });
    for (const hash of ["one", "two"])
      await reportPolicy({
        ...workbench.services,
        policy: () => Promise.resolve({ ...policy, hash, outline } as LoadedPolicy),
      });
    await workbench.follow({ due: [], services: 0, unread: [] });
    expect(workbench.alerts).toMatchObject([{ type: "Drawbridge.PolicyChanged", data: { changes: [] } }]);
  });
});
