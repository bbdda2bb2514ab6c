import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { zone, zonePolicy } from "../../test/zone-policy.ts";
import { dayMs } from "../lib/clock.ts";

const { write: file, drawbridge } = temporaryFolder();

let server: Server | undefined;
afterEach(() => server?.close());

async function answering(body: object): Promise<string> {
  server = createServer((_, response) => response.end(JSON.stringify({ connections: [], ...body })));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("explain", () => {
  it("explains a verdict for facts in a file", async () => {
    file("p.yaml", zonePolicy);
    file("facts.yaml", "unknown: { endpoint.subscriptionId: no-endpoint }");
    const { code, out } = await drawbridge("explain --facts facts.yaml --policy p.yaml");
    expect(code).toBe(0);
    expect(out).toBe(`hold
  rule "zones" (approve) cannot be decided: endpoint.subscriptionId is unknown (no-endpoint: the connection names no endpoint)
  needed to decide it: endpoint.subscriptionId (no-endpoint)

? approve  zones
  ? endpoint.subscriptionId in ["${zone}"]  (unknown: no-endpoint)

evaluated as of 2026-11-24T12:00:00.000Z
`);
  });

  it("explains the given instant, or else now", async () => {
    file("p.yaml", zonePolicy.replace("    then:", "    expiresOn: 2026-11-25\n    then:"));
    file("facts.yaml", `known: { endpoint.subscriptionId: ${zone} }`);
    const at = async (now: string) =>
      (await drawbridge(`explain --facts facts.yaml --policy p.yaml${now}`)).out.split("\n")[0];
    expect(await at("")).toBe("approve");
    expect(await at(" --now 2026-11-26T00:00:00Z")).toBe("hold");
  });

  it("uses that instant as time.now", async () => {
    const freeze = '{ field: time.now, greater: "2026-12-20T00:00:00Z" }';
    file("p.yaml", `name: p\nrules: [{ name: freeze, if: ${freeze}, then: { effect: reject } }]`);
    file("facts.yaml", "known: {}");
    const explained = await drawbridge(
      "explain --facts facts.yaml --policy p.yaml --now 2026-12-24T00:00:00Z",
    );
    expect(explained.out.split("\n")[0]).toBe("reject");
  });

  it("reads facts in the form of the app's decisions", async () => {
    file("p.yaml", zonePolicy);
    file(
      "facts.json",
      JSON.stringify({ known: { "endpoint.subscriptionId": zone }, unknown: { "service.sku": "failed" } }),
    );
    const { out } = await drawbridge("explain --facts facts.json --policy p.yaml --format json");
    expect(JSON.parse(out)).toMatchObject({
      verdict: { kind: "approve" },
      rules: [{ name: "zones", result: "true" }],
    });
  });

  it("shows what the closest rule lacks where the default decides, and says that no rule decides", async () => {
    file("p.yaml", zonePolicy);
    file(
      "facts.json",
      JSON.stringify({ known: { "endpoint.subscriptionId": "11111111-2222-4333-8444-555555555555" } }),
    );
    const { out } = await drawbridge("explain --facts facts.json --policy p.yaml");
    expect(out).toContain(
      "no rule decides; closest to an approval (--rules all shows every rule):\n✗ approve  zones\n",
    );
    expect(out).toContain('(was "11111111-2222-4333-8444-555555555555")');
  });

  it("prints no terminal escape of a requester's text", async () => {
    file(
      "p.yaml",
      zonePolicy.replace("endpoint.subscriptionId", "connection.message").replace("approve", "hold"),
    );
    file("facts.json", JSON.stringify({ known: { "connection.message": "\u001b[2J\u202eevil" } }));
    const { out } = await drawbridge("explain --facts facts.json --policy p.yaml --rules all");
    expect(out).toContain("\\u001b[2J\\u202eevil");
    expect(["\u001b", "\u202e"].filter((character) => out.includes(character))).toEqual([]);
  });

  const decision = {
    id: "aaaa-2",
    sequence: 2,
    at: "2026-11-24T09:00:00.000Z",
    kind: "decision",
    connection: "/subscriptions/x/service/apim/privateEndpointConnections/pe.0123-4567",
    policy: { name: "in the app", hash: "h" },
    facts: {
      known: {
        "endpoint.subscriptionId": zone,
        "connection.message": "please",
        "time.now": "2026-11-24T09:00:00Z",
      },
      unknown: { "requester.tenant": "forbidden" },
    },
    subscriptionsAt: "2026-11-24T08:57:00.000Z",
    verdict: { kind: "hold", reasons: ["no rule applies"], unknown: [], alerts: [] },
    trace: [],
  };

  it("takes what decisions --format json prints, as of the time of the decision", async () => {
    file("p.yaml", zonePolicy.replace("    then:", "    expiresOn: 2026-11-24T10:00:00Z\n    then:"));
    const outcome = { ...decision, id: "aaaa-3", kind: "outcome", facts: undefined };
    file("decisions.json", JSON.stringify([outcome, decision, decision]));
    const { code, out, err } = await drawbridge("explain --facts decisions.json --policy p.yaml");
    expect({ code, verdict: out.split("\n")[0] }).toEqual({ code: 0, verdict: "approve" });
    expect(err).toBe(
      "decisions.json: the first of 2 decisions, about apim/pe.0123-4567\npolicy: p.yaml; parameters: none given\n",
    );
    file("decisions.jsonl", [outcome, decision].map((each) => `${JSON.stringify(each)}\n`).join(""));
    const lines = await drawbridge("explain --facts decisions.jsonl --policy p.yaml");
    expect(lines.out).toBe(out);
    const later = await drawbridge(
      "explain --facts decisions.json --policy p.yaml --now 2026-11-25T00:00:00Z",
    );
    expect(later.out.split("\n")[0]).toBe("hold");
    file("outcome.json", JSON.stringify(outcome));
    const none = await drawbridge("explain --facts outcome.json --policy p.yaml");
    expect(none).toMatchObject({
      code: 2,
      err: expect.stringContaining("none of them is a decision") as string,
    });
  });

  it("lists the facts of a decision with their source and age", async () => {
    file("p.yaml", zonePolicy);
    file("decision.json", JSON.stringify(decision));
    const { out } = await drawbridge("explain --facts decision.json --policy p.yaml --rules all");
    const rows = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual([
      "connection.message",
      "connection, chosen by the requester",
      "3 h",
      '"please"',
    ]);
    expect(rows).toContainEqual(["requester.tenant", "requester", "3 h", "unknown (forbidden)"]);
    const short = await drawbridge("explain --facts decision.json --policy p.yaml");
    expect(short.out).not.toContain("connection.message");
    expect(short.out).toMatch(
      /\n--rules all lists every rule, and what was recorded: 4 facts, 1 of them unknown\n$/,
    );
    const json = await drawbridge("explain --facts decision.json --policy p.yaml --format json");
    expect(JSON.parse(json.out)).toMatchObject({
      decision: { id: "aaaa-2" },
      facts: expect.arrayContaining([
        expect.objectContaining({ field: "requester.tenant", readAt: "2026-11-24T08:57:00.000Z" }),
      ]) as unknown,
    });
  });

  it("lists the time of --now instead of the decision's, and the ages at that time", async () => {
    file("p.yaml", zonePolicy);
    const known = { ...decision.facts.known, "time.now": decision.at };
    file("decision.json", JSON.stringify({ ...decision, facts: { ...decision.facts, known } }));
    const at = "--now 2026-11-26T09:00:00Z";
    const { out } = await drawbridge(`explain --facts decision.json --policy p.yaml --rules all ${at}`);
    const rows = out.split("\n").map((line) => line.split(/ {2,}/));
    const age = (field: string) => rows.find(([name]) => name === field)?.slice(1);
    expect(age("time.now")).toEqual(["time", "0 s", '"2026-11-26T09:00:00.000Z"']);
    expect(age("connection.message")?.at(1)).toBe("2 d");
    const json = await drawbridge(`explain --facts decision.json --policy p.yaml --format json ${at}`);
    expect(json.out).toContain('"readAt": "2026-11-26T09:00:00.000Z"');
    const before = await drawbridge("explain --facts decision.json --policy p.yaml --rules all");
    expect(before.out).toContain(`"${decision.at}"`);
  });

  it("takes a case of a file of cases, with its parameters", async () => {
    file("p.yaml", zonePolicy);
    const other = "33333333-3333-4333-8333-333333333333";
    file(
      "cases.yaml",
      `parameters: { zones: [${other}] }
cases:
  - { name: ours, facts: { known: { endpoint.subscriptionId: ${zone} } }, expect: { verdict: hold } }
  - { name: theirs, facts: { known: { endpoint.subscriptionId: ${other} } }, expect: { verdict: approve } }
`,
    );
    const { code, out } = await drawbridge("explain --facts cases.yaml --case theirs --policy p.yaml");
    expect({ code, verdict: out.split("\n")[0] }).toEqual({ code: 0, verdict: "approve" });
    const unnamed = await drawbridge("explain --facts cases.yaml --policy p.yaml");
    expect(unnamed.code).toBe(2);
    expect(unnamed.err).toContain('name one of them with --case: "ours", "theirs"');
  });

  it("evaluates a policy on the latest decision of a connection", async () => {
    file("p.yaml", zonePolicy);
    const url = await answering({ decisions: [decision] });
    const { code, out, err } = await drawbridge("explain --connection apim/pe --policy p.yaml --rules all", {
      DRAWBRIDGE_URL: url,
    });
    expect({ code, verdict: out.split("\n")[0] }).toEqual({ code: 0, verdict: "approve" });
    expect(err).toBe(
      'the app decided at 2026-11-24T09:00:00.000Z with its policy "in the app"\npolicy: p.yaml; parameters: none given\n',
    );
    const recorded = await drawbridge("explain --connection apim/pe", { DRAWBRIDGE_URL: url });
    expect(recorded.err).toBe("");
    expect(recorded.out).toContain(
      "hold\n  no rule applies\n\nevery rule is false; --rules all shows them\n",
    );
    expect(recorded.out).toContain("decided at 2026-11-24T09:00:00.000Z");
  });

  it("says what became of a decision: not applied by the mode, withheld, or an approval that ends", async () => {
    const explained = async (more: object) => {
      const url = await answering({ decisions: [{ ...decision, ...more }] });
      return (await drawbridge("explain --connection apim/pe", { DRAWBRIDGE_URL: url })).out;
    };
    const verdict = { ...decision.verdict, kind: "approve", forMs: dayMs };
    expect(await explained({ verdict, mode: "observe", action: "none" })).toContain(
      "in mode observe; the mode does not apply it",
    );
    expect(await explained({ mode: "enforce", action: "none", restrained: "approvals" })).toContain(
      "in mode enforce; the approvals breaker withheld the approval",
    );
    expect(await explained({ verdict, mode: "enforce", action: "approve" })).toContain(
      "the approval ends at 2026-11-25T09:00:00.000Z, unless it was renewed since",
    );
    const person = { id: "1", by: "ana", verdict: "reject", reason: "no" };
    const byPerson = await explained({ mode: "enforce", action: "reject", person });
    expect(byPerson).toContain("ana decided to reject: no");
    expect(byPerson).toMatch(/^ana decided to reject; the policy said:\n/m);
    const objectId = "bbbbbbbb-0000-4000-8000-00000000000b";
    const identified = { person: { ...person, objectId }, mode: "enforce", action: "reject" };
    expect(await explained(identified)).toContain(`ana (object id ${objectId}) decided to reject: no`);
  });

  it("evaluates the policy of the app with its parameters, unless an option or the environment names another", async () => {
    const text = zonePolicy.replace(`[${zone}]`, "[]");
    const files = [{ file: "policy.yaml", text }];
    const running = { name: "running", files, parameters: null, values: { zones: [zone] } };
    const url = await answering({ decisions: [decision], ...running });
    file("p.yaml", zonePolicy.replace("approve", "reject"));
    const explained = async (more: string, environment: Record<string, string> = {}) => {
      const args = `explain --connection apim/pe ${more}`.trim();
      const { out, err } = await drawbridge(args, { DRAWBRIDGE_URL: url, ...environment });
      return [out.split("\n")[0], err.trimEnd().split("\n").at(-1)];
    };
    const ofApp = 'policy: "running" of the app; parameters: zones';
    expect(await explained("--rules all")).toEqual(["approve", ofApp]);
    expect(await explained("--policy app")).toEqual(["approve", ofApp]);
    expect(await explained('--parameters {"zones":[]}')).toEqual(["hold", ofApp]);
    const own = ["reject", "policy: p.yaml; parameters: none given"];
    expect(await explained("--rules all", { DRAWBRIDGE_POLICY: "p.yaml" })).toEqual(own);
    expect(await explained("--policy p.yaml")).toEqual(own);
    const none = await explained("--policy nope.yaml");
    expect(none[1]).toBe("drawbridge explain: nope.yaml: there is no such file or folder");
  });
});
