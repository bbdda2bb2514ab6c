import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { runIn } from "../../../test/command-line.ts";
import {
  host,
  pendingOf,
  planEstate,
  policyText,
  requesterOf,
  type PrintedPlan,
} from "../../../test/plan-estate.ts";
import { sarifProblems, type SarifLog } from "../../../test/sarif-problems.ts";
import { landingZones } from "../../../simulator/estate/generate.ts";
import { policyFrom } from "../../lib/config/load-policy.ts";
import { policy as policyFunction } from "../../functions/policy.ts";

const {
  folder: { path: folder, write },
  plan,
  simulator,
} = planEstate();

describe("plan --against", () => {
  it("prints only what differs, with what the other policy does", async () => {
    const [request] = pendingOf(simulator());
    const zone = requesterOf(request);
    const ours = pendingOf(simulator()).filter((each) => requesterOf(each) === zone);
    write("old.yaml", policyText(landingZones));
    write(
      "policy.yaml",
      policyText(
        landingZones.filter((each) => each !== zone),
        zone,
      ),
    );
    const { code, out } = await plan("--against old.yaml --format json");
    expect(code).toBe(1);
    const { connections: differing } = JSON.parse(out) as PrintedPlan;
    expect(differing.map(({ connection }) => connection.toLowerCase()).toSorted()).toEqual(
      ours.map(({ id }) => id.toLowerCase()).toSorted(),
    );
    expect(differing[0]).toMatchObject({
      action: "reject",
      before: { action: "approve", rule: "zones", reasons: ['rule "zones" approves it'] },
    });
  });

  it("exits with 0 where nothing differs, also with a limit that is reached on the way", async () => {
    const text = `${policyText(landingZones)}limits: [{ name: one, max: 1 }]\n`;
    write("policy.yaml", text);
    write("old.yaml", `${text}# the same\n`);
    expect(await plan("--against old.yaml")).toMatchObject({
      code: 0,
      out: "4 services were read: nothing differs\n",
    });
  });

  it("compares with the policy that the app runs, its parameters included", async () => {
    const text = `name: running
parameters: { zones: { type: Array } }
rules:
  - { name: zones, if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }, then: { effect: approve } }
`;
    const zones = landingZones.slice(0, 1);
    const running = policyFrom(
      [{ file: "running.yaml", text }],
      { policyParameters: { zones }, mode: "enforce" },
      { file: "parameters.yaml", text: `zones: [${landingZones.join(", ")}]` },
    );
    const answer = policyFunction({ policy: () => Promise.resolve(running), mode: "enforce" });
    const app = createServer((request, response) => {
      // Its records of a service that has approvals.
      if (request.url?.startsWith("/api/connections")) return response.end('{"connections":[]}');
      return void answer({ query: new URLSearchParams(), url: `http://app${request.url}` }).then(
        ({ jsonBody }) => response.end(JSON.stringify(jsonBody)),
      );
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    const { code, out } = await plan("--against app --format json", { DRAWBRIDGE_URL: url });
    app.close();
    const others = pendingOf(simulator()).filter((each) => !zones.includes(requesterOf(each)));
    expect(JSON.parse(out)).toMatchObject({ against: { name: "running" } });
    expect((JSON.parse(out) as PrintedPlan).connections).toHaveLength(others.length);
    expect(code).toBe(1);
  });
});

describe("plan --format markdown", () => {
  it("is a table in which no text of a policy or requester becomes a cell, a link or a mention", async () => {
    const [request] = pendingOf(simulator());
    write("policy.yaml", policyText(landingZones, requesterOf(request)));
    const { out } = await plan("--format markdown");
    expect(out).toContain("\nnot simulated: the breakers and rate limits of the app");
    const json = await plan("--format json");
    expect(JSON.parse(json.out)).toHaveProperty("notSimulated");
    const rows = out.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(8);
    expect(new Set(rows.map((line) => line.split(" | ").length))).toEqual(new Set([5]));
    expect(out).toContain("not &#124; &#60;b&#62;these");
    expect(out).not.toMatch(/@team|<b>|\]\(|http:\/\//);
  });
});

describe("plan --format sarif", () => {
  it("has a result for each connection, at the rule in the policy's file", async () => {
    const [request] = pendingOf(simulator());
    write("my policy/a.yaml", policyText(landingZones, requesterOf(request)));
    const { code, out } = await runIn(folder(), ["plan", "--policy", "my policy", "--format", "sarif"], {
      DRAWBRIDGE_ARM_ENDPOINT: simulator().url,
      DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: host,
    });
    expect(code).toBe(1);
    const log = JSON.parse(out) as SarifLog;
    expect(sarifProblems(log)).toEqual([]);
    const [{ results } = { results: [] }] = log.runs;
    expect(results).toHaveLength(6);
    expect(new Set(results.map(({ ruleId, level }) => `${ruleId} ${level}`))).toEqual(
      new Set(["zones note", "not | <b>these</b> error"]),
    );
    const rejected = results.find(({ level }) => level === "error");
    expect(rejected?.locations).toMatchObject([
      {
        physicalLocation: {
          artifactLocation: { uri: "my%20policy/a.yaml" },
          region: { startLine: 6, startColumn: 5 },
        },
        logicalLocations: [{ fullyQualifiedName: expect.stringContaining("/privateEndpointConnections/") }],
      },
    ]);
    expect(rejected?.message.text).toMatch(/: reject: rule .* rejects it: ask @team \| \[here\] \(http:/);
    expect(new Set(results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size).toBe(
      6,
    );
  });

  it("points at the limit or the default that decides, and at the beginning of a policy without a default", async () => {
    const heldAt = async (text: string) => {
      write("policy.yaml", text);
      const log = JSON.parse((await plan("--format sarif")).out) as SarifLog;
      expect(sarifProblems(log)).toEqual([]);
      const held = log.runs[0]?.results.filter(({ ruleId }) => ruleId === "limit or default") ?? [];
      return new Set(held.map(({ locations }) => locations[0]?.physicalLocation.region.startLine));
    };
    const lines = (text: string) => text.trimEnd().split("\n").length;
    const all = policyText(landingZones);
    const limits = "limits:\n  - { name: ten, max: 10 }\n  - { name: one, max: 1 }\n";
    expect(await heldAt(all + limits)).toEqual(new Set([lines(all) + 3]));
    const one = policyText(landingZones.slice(0, 1));
    expect(await heldAt(`${one}default: hold\n`)).toEqual(new Set([lines(one) + 1]));
    expect(await heldAt(one)).toEqual(new Set([1]));
    expect(await heldAt(`# why\ndefault: reject\n${one}`)).toEqual(new Set([2]));
  });

  it("is valid where nothing differs", async () => {
    write("old.yaml", policyText(landingZones));
    const { code, out } = await plan("--against old.yaml --format sarif");
    expect(code).toBe(0);
    expect(sarifProblems(JSON.parse(out) as SarifLog)).toEqual([]);
  });
});
