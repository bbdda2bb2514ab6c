import { describe, expect, it } from "vitest";
import { planEstate } from "../../../test/plan-estate.ts";

const { plan, simulator } = planEstate();
const [service] = [() => [...simulator().world.services.values()][0]];
const host = () => service()?.subscriptionId ?? "";
const groupsAbove = (id: string) =>
  simulator()
    .world.subscriptions.get(id)
    ?.managementGroups.map(({ name }) => name) ?? [];
const groupId = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;

describe("a scope of plan", () => {
  it("that names a management group which is not there is an error, and names those that are", async () => {
    const [known = ""] = groupsAbove(host());
    const right = await plan(`--scope ${groupId(known)}`);
    expect({ code: right.code, err: right.err }).toMatchObject({ code: 1 });
    expect(right.err).not.toContain("not read");
    const { code, err } = await plan(`--scope ${groupId(known)},${groupId("platfrom")}`);
    expect(code).toBe(2);
    expect(err).toMatch(
      new RegExp(
        `not read: management group platfrom \\(the signed-in account sees no subscription below it; it sees those below .*\\b${known}\\b`,
      ),
    );
    const alone = await plan(`--scope ${groupId("platfrom")}`);
    expect(alone).toMatchObject({ code: 2, out: "" });
    expect(alone.err).toMatch(
      /no governed service is visible .*: management group platfrom \(.*it sees those below /,
    );
  });

  it("that a setting names is looked up too, without a word about a group that has no service", async () => {
    const [known = ""] = groupsAbove(host());
    const setting = { DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: `${known},platfrom` };
    expect((await plan("", setting)).err).toContain("not read: management group platfrom (");
    const id = "77777777-7777-4777-8777-777777777777";
    const [other] = simulator().world.subscriptions.values();
    if (other === undefined) throw new Error("a world without subscriptions");
    simulator().world.subscriptions.set(id, {
      ...other,
      id,
      managementGroups: [{ name: "empty", displayName: "Empty" }],
    });
    simulator()
      .world.principals.get("simulated")
      ?.assignments.push({ scope: "/", actions: ["*"] });
    const empty = { DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: `${known},empty` };
    expect(await plan("", empty)).toMatchObject({ code: 1, err: expect.not.stringContaining("not read") });
    expect((await plan(`--scope ${groupId(known)},${groupId("empty")}`)).err).toContain(
      "not read: management group empty (no governed service in it is visible",
    );
  });

  it("that names an unknown subscription is an error that names those that are visible", async () => {
    const unknown = "99999999-9999-4999-8999-999999999999";
    const { code, err } = await plan(`--scope ${host()},${unknown}`);
    expect(code).toBe(2);
    expect(err).toMatch(
      new RegExp(
        `not read: /subscriptions/${unknown} \\(the signed-in account sees no such subscription; it sees .*${host()}`,
      ),
    );
  });
});
