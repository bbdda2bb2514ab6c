import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  connectionsOf,
  pendingOf,
  planEstate,
  policyText,
  requesterOf,
  type PrintedPlan,
} from "../../test/plan-estate.ts";
import { approverActions } from "../../simulator/estate/estate.ts";
import { generatedEstate, landingZones } from "../../simulator/estate/generate.ts";
import { startSimulator } from "../../simulator/server.ts";

const {
  folder: { path: folder, write },
  plan,
  simulator,
} = planEstate();

const header = "policy: policy.yaml; parameters: none given\n";

describe("plan", () => {
  it("shows what would be done with each connection, and why", async () => {
    write("policy.yaml", policyText(landingZones.slice(0, 10)));
    const { code, out, err } = await plan();
    expect({ code, err }).toEqual({ code: 1, err: header });
    const [head, ...lines] = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(head).toEqual(["CONNECTION", "STATE", "ACTION", "RULE", "REASON"]);
    const ours = pendingOf(simulator()).filter((each) =>
      landingZones.slice(0, 10).includes(requesterOf(each)),
    );
    expect(lines.filter(([, , action]) => action === "approve")).toHaveLength(ours.length);
    expect(lines.filter(([, , , rule]) => rule === "zones")).toHaveLength(ours.length);
    expect(lines[0]?.[0]).toMatch(/^apim-\d+\/pe-pending-/);
    expect(out).toContain(
      `4 services were read; ${ours.length} would be approved, ${6 - ours.length} held\nnot simulated: the breakers and rate limits of the app`,
    );
  });

  it("exits with 0 where nothing is Pending", async () => {
    for (const service of simulator().world.services.values()) service.connections.clear();
    expect(await plan()).toEqual({
      code: 0,
      out: "4 services were read: nothing would be done\n",
      err: header,
    });
  });

  it("only reads", async () => {
    const before = connectionsOf(simulator()).map(({ id, status }) => [id, status]);
    await plan();
    expect(connectionsOf(simulator()).map(({ id, status }) => [id, status])).toEqual(before);
    const asked = simulator().seen.filter(
      ({ method, path }) => method !== "GET" && !path.includes("ResourceGraph"),
    );
    expect(asked).toEqual([]);
    expect(simulator().seen.filter(({ status }) => status === 429)).toEqual([]);
  });

  it("prints JSON with whole ids, places and the facts that would settle a hold, and csv", async () => {
    simulator().world.principals.get("simulated")?.assignments.splice(0, 1, {
      scope: "/",
      actions: approverActions,
    });
    write(
      "policy.yaml",
      "name: mine\nrules:\n  - { name: r, if: { field: endpoint.subnet.name, equals: snet-endpoints }, then: { effect: approve } }\n",
    );
    const { code, out } = await plan("--format json");
    expect(code).toBe(1);
    const found = JSON.parse(out) as PrintedPlan & { readonly policy: object };
    expect(found).toMatchObject({ policy: { name: "mine" }, against: null, services: 4, unread: [] });
    expect(found.connections).toHaveLength(6);
    expect(found.connections[0]).toMatchObject({
      state: "Pending",
      action: "hold",
      unknown: [{ field: "endpoint.subnet.name", reason: "forbidden" }],
      place: { file: "policy.yaml", line: 3 },
    });
    const csv = await plan("--format csv");
    expect(csv.out.split("\r\n")[0]).toBe("connection,state,action,rule,reason");
    expect(csv.out.split("\r\n")).toHaveLength(8);
  });

  it("says which of its policies is a URL", async () => {
    const option = await plan("--against https://x");
    expect(option.err).toContain("https://x is a URL; a policy is a folder, a file, or app");
  });

  it("takes the scope from the option, and refuses an empty or a wrong one", async () => {
    const [service] = [...simulator().world.services.values()];
    const one = await plan(`--scope ${service?.id} --format json`, { DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "" });
    expect(JSON.parse(one.out)).toMatchObject({ services: 1 });
    const group = "/providers/Microsoft.Management/managementGroups/platform";
    const under = await plan(`--scope ${group} --format json`, { DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "" });
    expect(JSON.parse(under.out)).toMatchObject({ services: 4 });
    expect(await plan("", { DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "" })).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("nothing is governed"),
    });
    expect(await plan("--scope nonsense")).toMatchObject({
      code: 2,
      err: expect.stringContaining('"nonsense" is not the id of a subscription'),
    });
    const wrong = await plan("--scope /subscriptions/x");
    expect(wrong.err).toContain('--scope: "/subscriptions/x" is not the id');
    const alone = await plan("--against-parameters {}");
    expect(alone.err).toContain("--against-parameters is for the policy of --against");
    const typo = "99999999-9999-4999-8999-999999999999";
    expect(await plan(`--scope ${service?.id},${typo}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`not read: /subscriptions/${typo} (the signed-in account sees no such`),
    });
    expect(await plan("--scope 99999999-9999-4999-8999-999999999999")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("no governed service is visible"),
    });
  });

  it("exits with 2 and the problems of a policy that does not load", async () => {
    write("policy.yaml", "name: p\nrules: 1\n");
    const { code, out, err } = await plan();
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/\npolicy\.yaml:2:8: .*\n.*policy\.yaml does not load/);
  });

  it("names what it cannot read, prints the rest, and exits with 2", async () => {
    const [service] = [...simulator().world.services.values()];
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    simulator().faults.add({
      method: "GET",
      path: service?.id.toLowerCase() ?? "",
      times: 9,
      does: { kind: "answer", answer },
    });
    const { code, out, err } = await plan();
    expect(code).toBe(2);
    expect(out).toContain("4 services were read");
    expect(err).toMatch(/\nnot read: .*\/apim-000000 \(forbidden\)\n$/);
  });
});

describe("plan of what is Approved", () => {
  const revokingText = (revoked: readonly string[]) =>
    `name: mine\nrules:\n  - { name: closed, if: { field: endpoint.subscriptionId, in: [${revoked.join(", ")}] }, then: { effect: reject } }\nrevoke: rejected\n`;
  const approvedOnes = () => connectionsOf(simulator()).filter(({ status }) => status === "Approved");

  it("knows Drawbridge's approvals by their descriptions, and says what the budget holds back", async () => {
    for (const service of simulator().world.services.values())
      Object.assign(service.properties, { publicNetworkAccess: "Enabled" });
    for (const each of approvedOnes()) each.description = "drawbridge a-1: rule";
    write("policy.yaml", revokingText(landingZones));
    const { out, err } = await plan("--format json", { DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN: "1" });
    expect(err).toContain("approvals: by their descriptions on Azure");
    const revoked = (JSON.parse(out) as PrintedPlan).connections.filter(({ action }) => action === "revoke");
    expect(revoked).toHaveLength(approvedOnes().length);
    expect(revoked[0]).toMatchObject({
      state: "Approved",
      rule: "closed",
      reasons: [
        'rule "closed" rejects it',
        "it is announced first (RevocationDue), and revoked 7 days later unless that changes",
        `a sweep revokes at most 1 (DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN) of these ${revoked.length}`,
      ],
    });
    const none = await plan("", { DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN: "0" });
    expect(none.out).toContain(`${revoked.length} left as it is`);
    expect((await plan("", { DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN: "x" })).code).toBe(2);
  });

  it("asks the app for its records where one is named, and shows approvals that end", async () => {
    for (const each of connectionsOf(simulator())) if (each.status === "Pending") each.status = "Rejected";
    const { url, stop } = await appWith((service) =>
      approvedOnes()
        .filter(({ id }) => id.toLowerCase().startsWith(`${service.toLowerCase()}/`))
        .map(({ id }) => ({
          connection: id.toLowerCase(),
          service,
          phase: "Applied",
          action: "approve",
          term: { until: "2026-11-20T00:00:00.000Z", nextAt: "2026-11-21T00:00:00.000Z" },
        })),
    );
    const { code, out } = await plan("", { DRAWBRIDGE_URL: url });
    await stop();
    expect(code).toBe(1);
    expect(out).toContain(`${approvedOnes().length} would be asked to be recertified`);
    expect(out).toContain("its approval ended at 2026-11-20T00:00:00.000Z; the policy renews it");
  });
});

/** An app that knows the connections of a service, and no other service. */
async function appWith(connections: (service: string) => readonly object[]) {
  const app = createServer((request, response) => {
    const service = new URL(`http://app${request.url}`).searchParams.get("service") ?? "";
    const found = connections(service);
    response.statusCode = found.length === 0 ? 404 : 200;
    response.end(JSON.stringify(found.length === 0 ? { title: "not found" } : { connections: found }));
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(app.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => app.close(resolve)),
  };
}

describe("plan --progress", () => {
  it("reports each fifty services on stderr, as on a terminal", async () => {
    const many = await startSimulator(
      generatedEstate({ services: 60, subscriptions: 1, pending: 0, approved: 0, seed: 3 }),
    );
    const at = { DRAWBRIDGE_ARM_ENDPOINT: many.url };
    expect((await plan("", at)).err).toBe(header);
    expect((await plan("--progress", at)).err).toBe(`${header}50 services read ...\n`);
    await many.stop();
  });
});

describe("plan --resume", () => {
  it("continues where an earlier run was interrupted, and removes the file at the end", async () => {
    const whole = await plan("--format json");
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    const [service] = [...simulator().world.services.values()];
    const path = service?.id.toLowerCase() ?? "";
    simulator().faults.add({ method: "GET", path, times: 99, does: { kind: "answer", answer } });
    expect(await plan("--resume state.ndjson")).toMatchObject({ code: 2 });
    simulator().faults.clear();
    // As if the process had ended within a line.
    writeFileSync(join(folder(), "state.ndjson"), '{"service":"/subscr', { flag: "a" });
    const before = simulator().seen.length;
    const resumed = await plan("--resume state.ndjson --format json");
    expect(resumed.err).toBe(`${header}3 services are read already\n`);
    expect(JSON.parse(resumed.out)).toEqual(JSON.parse(whole.out));
    const services = simulator()
      .seen.slice(before)
      .filter((each) => /\/service\/[^/]+$/i.test(each.path));
    expect(services.map((each) => each.path.toLowerCase())).toEqual([path]);
    expect(existsSync(join(folder(), "state.ndjson"))).toBe(false);
  });

  it("refuses a file that holds something else, and leaves it as it is", async () => {
    const before = readFileSync(join(folder(), "policy.yaml"), "utf8");
    expect(await plan("--resume policy.yaml")).toMatchObject({
      code: 2,
      err: expect.stringContaining("policy.yaml holds something else than a saved plan"),
    });
    expect(readFileSync(join(folder(), "policy.yaml"), "utf8")).toBe(before);
  });

  it("starts again for another policy", async () => {
    simulator().faults.add({
      method: "GET",
      path: "apim-000000",
      times: 99,
      does: { kind: "answer", answer: { status: 403, body: { error: { code: "AuthorizationFailed" } } } },
    });
    await plan("--resume state.ndjson");
    expect(readFileSync(join(folder(), "state.ndjson"), "utf8").split("\n").length).toBeGreaterThan(4);
    write("policy.yaml", policyText(landingZones.slice(1)));
    expect((await plan("--resume state.ndjson")).err).not.toContain("read already");
  });
});
