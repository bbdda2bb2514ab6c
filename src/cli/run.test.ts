import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn } from "../../test/command-line.ts";

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-cli-"));
});

afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

function file(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const drawbridge = (args: string, environment: Record<string, string> = {}) =>
  runIn(folder, args.split(" "), environment);

const zone = "11111111-1111-4111-8111-111111111111";
const policy = `name: p
parameters: { zones: { type: Array, defaultValue: [${zone}] } }
rules:
  - name: zones
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
`;

describe("drawbridge", () => {
  it("says what there is, and exits with 2 where nothing was asked", async () => {
    expect((await drawbridge("--help")).code).toBe(0);
    expect((await drawbridge("--help")).out).toContain("explain");
    expect((await drawbridge("chek")).err).toContain("did you mean check?");
    expect((await drawbridge("chek")).code).toBe(2);
  });

  it.each(["check", "test", "explain", "schema", "decisions", "verify", "addresses", "acknowledge"])(
    "%s has a --help",
    async (command) => {
      const { code, out } = await drawbridge(`${command} --help`);
      expect(code).toBe(0);
      expect(out).toContain(`drawbridge ${command}`);
    },
  );

  it.each([
    ["check --mod observe", "Unknown option '--mod'"],
    ["check nowhere", "nowhere: cannot be read (ENOENT)"],
    ["check --mode off", '--mode is "off"; it must be one of'],
    ["check --parameters nowhere.json", "--parameters names the file"],
    ["explain", "name either --facts <file> or --connection <id>"],
    ["explain --facts nowhere.yaml --policy p.yaml", "nowhere.yaml: cannot be read (ENOENT)"],
    ["test", "there is no folder policies/<name>/cases here"],
  ])("%s exits with 2 and says why", async (args, message) => {
    file("p.yaml", policy);
    const { code, err } = await drawbridge(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("check", () => {
  it("exits with 0 where a policy loads", async () => {
    file("p.yaml", policy);
    expect(await drawbridge("check p.yaml")).toEqual({
      code: 0,
      out: "p.yaml: loads: 1 rule, 0 limits, 0 exemptions; 0 warnings\n",
      err: "",
    });
  });

  it("prints every problem where it stands, and exits with 1", async () => {
    file("set/a.yaml", policy.replace("in:", "inn:"));
    file("set/b.yaml", "name: b\nrules: [");
    const { code, err } = await drawbridge("check set");
    expect(code).toBe(1);
    expect(err).toContain('set/a.yaml:5:43: unknown key "inn"; did you mean "in"?');
    expect(err).toMatch(/^set\/b\.yaml:2:9: /m);
  });

  it("is as strict as the mode, and takes parameters", async () => {
    file("p.yaml", policy.replace("endpoint.subscriptionId", "connection.message"));
    expect((await drawbridge("check p.yaml")).code).toBe(1);
    expect((await drawbridge("check p.yaml --mode observe")).code).toBe(0);
    file("values.json", '{"zones": "not a list"}');
    expect((await drawbridge("check p.yaml --mode observe --parameters values.json")).err).toContain(
      "is not of type Array",
    );
  });

  it("answers as JSON", async () => {
    file("p.yaml", policy.replace("in:", "inn:"));
    const [checked] = JSON.parse((await drawbridge("check p.yaml --format json")).out) as [
      { valid: boolean; problems: unknown[] },
    ];
    expect(checked).toMatchObject({
      valid: false,
      problems: [{ file: "p.yaml", line: 5, column: 43, severity: "error" }],
    });
  });
});

describe("test", () => {
  const cases = (verdict: string) => `
cases:
  - name: a "zone" & <its> friends
    facts: { known: { endpoint.subscriptionId: ${zone} } }
    expect: { verdict: ${verdict}, rule: zones, reasons: [approves it], unknown: [], alerts: [] }
  - name: nobody knows
    facts: { unknown: { connection: failed } }
    expect: { verdict: hold, unknown: [endpoint.subscriptionId] }
`;

  it("runs every case, and exits with 0 where all are as expected", async () => {
    file("policies/p/policy.yaml", policy);
    file("policies/p/cases/one.yaml", cases("approve"));
    expect(await drawbridge("test")).toEqual({ code: 0, out: "✓ policies/p: 2 cases, 0 failed\n", err: "" });
  });

  it("says where and how a case differs", async () => {
    file("policies/p/policy.yaml", policy);
    file("policies/p/cases/one.yaml", cases("reject"));
    const { code, err } = await drawbridge("test policies/p");
    expect(code).toBe(1);
    expect(err).toContain(
      'policies/p/cases/one.yaml:3:1: a "zone" & <its> friends: verdict: expected reject, found approve',
    );
  });

  it("does not take no cases for good cases", async () => {
    file("policies/p/policy.yaml", policy);
    mkdirSync(join(folder, "policies/p/cases"));
    expect((await drawbridge("test")).code).toBe(1);
  });

  it.each([
    ["facts: { known: { endpoint.subscription: a } }", 'did you mean "endpoint.subscriptionId"?'],
    [
      "facts: { known: { endpoint.manual: yes please } }",
      "endpoint.manual is of type boolean, but this value is not",
    ],
    [
      "facts: { unknown: { endpoint: perhaps } }",
      "expected the reason why this fact is unknown, one of forbidden",
    ],
    ["facts: { unknown: { endpoints: failed } }", 'unknown field "endpoints"; did you mean "endpoint"?'],
    ["fact: {}", 'unknown key "fact"; did you mean "facts"?'],
  ])("refuses a case with %s", async (facts, message) => {
    file("policies/p/policy.yaml", policy);
    file("policies/p/cases/one.yaml", `cases:\n  - name: c\n    ${facts}\n    expect: { verdict: hold }\n`);
    const { code, err } = await drawbridge("test");
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  it("prints JUnit's XML, whatever stands in names", async () => {
    file("policies/p/policy.yaml", policy);
    file("policies/p/cases/one.yaml", cases("reject"));
    const { out } = await drawbridge("test --format junit");
    expect(out).toContain('<testsuite name="policies/p" tests="2" failures="1" errors="0">');
    expect(out).toContain('name="a &quot;zone&quot; &amp; &lt;its&gt; friends"');
    expect(out).toContain('<failure message="verdict: expected reject');
  });
});

describe("explain", () => {
  it("says why, of facts in a file", async () => {
    file("p.yaml", policy);
    file("facts.yaml", "unknown: { endpoint.subscriptionId: no-endpoint }");
    const { code, out } = await drawbridge("explain --facts facts.yaml --policy p.yaml");
    expect(code).toBe(0);
    expect(out).toBe(`hold
  rule "zones" (approve) cannot be decided: endpoint.subscriptionId is unknown (no-endpoint: the connection names no endpoint)
  what would settle it: endpoint.subscriptionId (no-endpoint)

? approve  zones
  ? endpoint.subscriptionId in ["${zone}"]  (unknown: no-endpoint)
`);
  });

  it("explains the moment that is asked for, and now where none is", async () => {
    file("p.yaml", policy.replace("    then:", "    expiresOn: 2026-11-25\n    then:"));
    file("facts.yaml", `known: { endpoint.subscriptionId: ${zone} }`);
    const at = async (now: string) =>
      (await drawbridge(`explain --facts facts.yaml --policy p.yaml${now}`)).out.split("\n")[0];
    expect(await at("")).toBe("approve");
    expect(await at(" --now 2026-11-26T00:00:00Z")).toBe("hold");
  });

  it("takes that moment for time.now", async () => {
    const freeze = '{ field: time.now, greater: "2026-12-20T00:00:00Z" }';
    file("p.yaml", `name: p\nrules: [{ name: freeze, if: ${freeze}, then: { effect: reject } }]`);
    file("facts.yaml", "known: {}");
    const explained = await drawbridge(
      "explain --facts facts.yaml --policy p.yaml --now 2026-12-24T00:00:00Z",
    );
    expect(explained.out.split("\n")[0]).toBe("reject");
  });

  it("reads facts as the decisions of the app have them", async () => {
    file("p.yaml", policy);
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

  it("lets no text of the requester's move the cursor", async () => {
    file(
      "p.yaml",
      policy.replace("endpoint.subscriptionId", "connection.message").replace("approve", "hold"),
    );
    file("facts.json", JSON.stringify({ known: { "connection.message": "\u001b[2J\u202eevil" } }));
    const { out } = await drawbridge("explain --facts facts.json --policy p.yaml --rules all");
    expect(out).toContain("\\u001b[2J\\u202eevil");
    expect(["\u001b", "\u202e"].filter((character) => out.includes(character))).toEqual([]);
  });

  const id =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a/privateEndpointConnections/c";
  async function appThat(answers: Record<string, unknown>): Promise<string> {
    server = createServer((request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      const answer = request.headers["x-functions-key"] === "right" ? answers[path] : undefined;
      response.writeHead(answer === undefined ? 401 : 200).end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("asks the running app for its latest decision", async () => {
    const verdict = { kind: "hold", reasons: ["because"], unknown: [], alerts: [] };
    const url = await appThat({
      "/api/connections": { connections: [{ connection: id.toLowerCase(), decisionId: "d-1" }] },
      "/api/decisions/d-1": { verdict, trace: [] },
    });
    const { code, out } = await drawbridge(`explain --connection ${id}`, {
      DRAWBRIDGE_URL: url,
      DRAWBRIDGE_KEY: "right",
    });
    expect(code).toBe(0);
    expect(out).toBe("hold\n  because\n\n");
  });

  it("says that there is no decision, that the key is wrong, and that nobody answers", async () => {
    const url = await appThat({ "/api/connections": { connections: [] } });
    const none = await drawbridge(`explain --connection ${id}`, {
      DRAWBRIDGE_URL: url,
      DRAWBRIDGE_KEY: "right",
    });
    expect(none).toMatchObject({ code: 1, err: `${id}: the app has no decision about it yet\n` });
    const refused = await drawbridge(`explain --connection ${id}`, {
      DRAWBRIDGE_URL: url,
      DRAWBRIDGE_KEY: "wrong",
    });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("refuses the key");
    const nobody = await drawbridge(`explain --connection ${id}`, { DRAWBRIDGE_URL: "http://127.0.0.1:1" });
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain("cannot be reached");
  });

  it.each(["127.0.0.1:7071", "localhost", "ftp://x", "https://a:b@x", "https://x/api", "https://x?code=1"])(
    "refuses %j as the app's address, and says what one looks like",
    async (address) => {
      const { code, err } = await drawbridge("decisions", { DRAWBRIDGE_URL: address });
      expect(code).toBe(2);
      expect(err).toContain("it must be an address such as https://");
    },
  );

  it.each(["DRAWBRIDGE_KEY", "DRAWBRIDGE_TOKEN"])("never repeats a %s that cannot be sent", async (name) => {
    for (const value of ["secret\nsecret", "secret€", "secret key"]) {
      const { code, err, out } = await drawbridge("decisions", { [name]: value });
      expect(code).toBe(2);
      expect(err).toContain(`${name} holds a space`);
      expect(err + out).not.toContain("secret");
    }
  });
});
