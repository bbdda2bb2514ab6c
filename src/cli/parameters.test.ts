import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settingsOf } from "../../local/app-options.ts";
import { runIn } from "../../test/command-line.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-cases-"));
  file("policies/p/policy.yaml", policy);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const drawbridge = (...args: string[]) => runIn(folder, args);

const policy = `name: p
parameters: { zones: { type: Array, defaultValue: [11111111-0000-4000-8000-000000000001] } }
rules:
  - name: zones
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
`;
const one = (expected: string, name = "c") =>
  `  - { name: ${name}, facts: { known: { endpoint.subscriptionId: 22222222-0000-4000-8000-000000000002 } }, expect: { ${expected} } }\n`;
const cases = `cases:\n${one("verdict: approve")}`;

describe("parameters in a file", () => {
  const prod = "zones: [22222222-0000-4000-8000-000000000002] # the landing zones of production\n";

  it.each(["parameters/prod.yaml", "policies/p/parameters/prod.yaml"])(
    "are those of check and test, named as %s",
    async (name) => {
      file("policies/p/parameters/prod.yaml", prod);
      file("policies/p/cases/one.yaml", cases);
      expect((await drawbridge("check", "policies/p", "--parameters", name)).code).toBe(0);
      expect((await drawbridge("test", "policies/p")).code).toBe(1);
      expect(await drawbridge("test", "policies/p", "--parameters", name)).toEqual({
        code: 0,
        out: "✓ policies/p: 1 case, 0 failed\n",
        err: "",
      });
    },
  );

  it("are overridden by those of a file of cases", async () => {
    file("policies/p/parameters/prod.yaml", prod);
    file("policies/p/cases/one.yaml", `parameters: { Zones: [] }\n${cases.replace("approve", "hold")}`);
    expect((await drawbridge("test", "policies/p", "--parameters", "parameters/prod.yaml")).code).toBe(0);
  });

  it.each([
    ["zones: prod", 'prod.yaml:1:8: the supplied value of parameter "zones" is not of type Array'],
    [
      "Zone: [a]",
      'prod.yaml:1:7: a value is given for parameter "Zone", which no policy file declares; did you mean "zones"?',
    ],
    [
      "subnets: [a]",
      'prod.yaml:1:10: a value is given for parameter "subnets", which no policy file declares; expected one of zones',
    ],
    ["zones: [a]\nZONES: [b]", 'prod.yaml:2:1: parameter "ZONES" has two values, since names ignore case'],
    ["zones:", 'prod.yaml:1:1: parameter "zones" has no value'],
    ["[zones]", "prod.yaml:1:1: parameters must be a mapping of names to values"],
    ["zones: [", "prod.yaml:1:"],
    ["", "prod.yaml:1:1: this file is empty"],
  ])("with %s are refused with their position", async (text, message) => {
    file("policies/p/parameters/prod.yaml", text);
    file("policies/p/cases/one.yaml", cases);
    for (const command of ["check", "test"]) {
      const { code, err } = await drawbridge(command, "policies/p", "--parameters", "parameters/prod.yaml");
      expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    }
  });

  it("are not a policy file if they are in the policy's folder", async () => {
    file("policies/p/prod.json", '{"zones": ["22222222-0000-4000-8000-000000000002"]}');
    file("policies/p/cases/one.yaml", cases);
    expect((await drawbridge("check", "policies/p", "--parameters", "prod.json")).code).toBe(0);
    expect((await drawbridge("test", "policies/p", "--parameters", "prod.json")).code).toBe(0);
  });
});

describe("a policy that is missing", () => {
  it.each(["none.yaml", "{"])("is reported before wrong parameters such as %s", async (parameters) => {
    file("facts.yaml", "known: {}\n");
    const given = ["my/", "--parameters", parameters];
    const missing = { code: 2, err: expect.stringContaining("my/: there is no such file or folder\n") };
    expect(await drawbridge("check", ...given)).toMatchObject(missing);
    expect(await drawbridge("explain", "--facts", "facts.yaml", "--policy", ...given)).toMatchObject(missing);
    const start = settingsOf({}, { policy: "my/", parameters }, folder);
    await expect(start).rejects.toThrow(/^--policy: my\/: there is no such file or folder$/);
  });
});

describe("parameters on the command line", () => {
  const undeclared =
    'a value is given for parameter "Subnets", which no policy file declares; expected one of zones';
  it.each([
    ['{"Subnets": ["a"]}', undeclared],
    ['{"zones": "a"}', 'the supplied value of parameter "zones" is not of type Array'],
    ['{"zones": ["a"], "Zones": []}', 'parameter "Zones" has two values, since names ignore case; keep one'],
    ['{"zones": null}', 'parameter "zones" has no value; leave it out to use its default'],
  ])("%s are refused as values of the option", async (json, message) => {
    file("policies/p/cases/one.yaml", cases);
    for (const command of ["check", "test"]) {
      const { code, err } = await drawbridge(command, "policies/p", "--parameters", json);
      expect([code, err]).toEqual([1, expect.stringContaining(`--parameters:1:1: ${message}\n`)]);
    }
  });

  it("are refused as values of the setting where it holds them", async () => {
    file("facts.yaml", "known: {}\n");
    const settings = { DRAWBRIDGE_POLICY: "policies/p", DRAWBRIDGE_POLICY_PARAMETERS: '{"Subnets": ["a"]}' };
    const { code, err } = await runIn(folder, ["explain", "--facts", "facts.yaml"], settings);
    expect(code).not.toBe(0);
    expect(err).toContain(`DRAWBRIDGE_POLICY_PARAMETERS:1:1: ${undeclared}\n`);
    const elsewhere = { ...settings, DRAWBRIDGE_POLICY_PARAMETERS: "none.yaml" };
    expect((await runIn(folder, ["explain", "--facts", "facts.yaml"], elsewhere)).err).toContain(
      'DRAWBRIDGE_POLICY_PARAMETERS names the file "none.yaml", which is neither here nor beside policies/p',
    );
  });

  it("that nothing declares say so where the policy has no parameters", async () => {
    file("policies/p/policy.yaml", "name: p\nrules: []\n");
    const { err } = await drawbridge("check", "policies/p", "--parameters", '{"Zones": []}');
    expect(err).toContain('parameter "Zones", which no policy file declares; the policy declares none\n');
  });

  it("that nothing declares are no conflict of the folders of one policy", async () => {
    for (const part of ["a", "b"])
      file(
        `policies/q/${part}/policy.yaml`,
        policy.replace("name: zones", `name: ${part}`).replaceAll("zones", `${part}zones`),
      );
    const { err } = await drawbridge("check", "policies/q", "--parameters", '{"Subnets": ["a"]}');
    expect(err).toBe(
      '--parameters:1:1: a value is given for parameter "Subnets", which no policy file declares; expected one of azones, bzones\n',
    );
  });
});

describe("cases", () => {
  it.each([
    ["cases: [", "one.yaml:1:9: "],
    ["", "one.yaml:1:1: this file is empty; a file of cases needs at least a list of cases"],
    ["# nothing", "one.yaml:1:1: this file is empty"],
    ["case: []", 'one.yaml:1:1: unknown key "case"; did you mean "cases"?'],
    ["now: 2026-11-24", "one.yaml:1:1: cases must be a list"],
    ["cases: []", "one.yaml:1:8: the list of cases is empty"],
    ["cases: { name: c }", "one.yaml:1:8: cases must be a list"],
    [`parameters: [zones]\n${cases}`, "one.yaml:1:13: parameters must be a mapping"],
    [`cases:\n${one("verdict: allow")}`, 'unknown verdict "allow"; did you mean "approve"?'],
    [`cases:\n${one("verdict: aprove")}`, 'unknown verdict "aprove"; did you mean "approve"?'],
    [`cases:\n${one("verdict: true")}`, "verdict is "],
    [`cases:\n${one("rule: zones")}`, "verdict is "],
    [`cases:\n${one("verdict: hold, reason: x")}`, 'unknown key "reason"; did you mean "reasons"?'],
    [`cases:\n${one("verdict: hold, reasons: x")}`, "reasons must be a list of texts"],
    [
      `cases:\n${one("verdict: hold")}${one("verdict: hold")}`,
      'one.yaml:3:5: the case on line 2 is also named "c"',
    ],
    [
      "cases: [{ name: c, facts: { known: { endpoint.name: a, Endpoint.Name: b } }, expect: { verdict: hold } }]",
      "duplicate fact Endpoint.Name",
    ],
    [
      "cases: [{ name: c, facts: { known: { endpoint.name: a }, unknown: { endpoint.name: failed } }, expect: { verdict: hold } }]",
      "duplicate fact endpoint.name",
    ],
    [
      "cases: [{ name: c, facts: { known: { time.now: soon } }, expect: { verdict: hold } }]",
      "time.now is of type instant, but this value is not",
    ],
    ["cases: [{ name: c, now: 2026-02-30, expect: { verdict: hold } }]", "now must be an instant"],
    ["cases: [{ name: c, facts: {} }]", "a case needs an expect"],
    ["cases: [c]", "expected a mapping with name, facts, now, expect"],
  ])("with %j are a problem with its position", async (text, message) => {
    file("policies/p/cases/one.yaml", text);
    const { code, out, err } = await drawbridge("test", "policies/p");
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toMatch(/^policies\/p\/cases\/one\.yaml:\d+:\d+: /);
    expect(out).toMatch(/^✗ policies\/p: \d+ problems? keeps? cases from being run\n$/);
  });

  it("are reported as missing in every format", async () => {
    mkdirSync(join(folder, "policies/p/cases"));
    file("policies/p/cases/notes.txt", cases);
    const message = "policies/p/cases:1:1: there is no file of cases (.yaml, .yml or .json) here";
    for (const args of [["test"], ["test", "policies/p"]]) {
      const { code, out, err } = await drawbridge(...args);
      expect([code, err]).toEqual([1, expect.stringContaining(message)]);
      expect(out).not.toContain("0 failed");
    }
    expect((await drawbridge("test", "--format", "junit")).out).toContain('errors="1"');
    expect((await drawbridge("test", "--format", "json")).out).toContain("there is no file of cases");
    rmSync(join(folder, "policies/p/cases"), { recursive: true });
    expect((await drawbridge("test", "policies/p")).code).toBe(1);
    expect((await drawbridge("test", "policies/p/policy.yaml")).code).toBe(2);
  });

  it("in subfolders are run too", async () => {
    file("policies/p/cases/prod/one.yaml", cases);
    expect((await drawbridge("test", "policies/p")).out).toBe("✗ policies/p: 1 case, 1 failed\n");
  });

  it("have their now as time.now", async () => {
    file(
      "policies/p/policy.yaml",
      policy
        .replace(
          "endpoint.subscriptionId, in: \"[parameters('zones')]\"",
          "time.now, greater: 2026-11-24T00:00:00Z",
        )
        .replace("approve }", "hold }"),
    );
    const at = (now: string, rule: string) =>
      `  - { name: at ${now}, now: "${now}", expect: { verdict: hold${rule} } }\n`;
    file(
      "policies/p/cases/one.yaml",
      `cases:\n${at("2026-11-25T00:00:00Z", ", rule: zones")}${at("2026-11-23T00:00:00Z", ", reasons: [no rule applies]")}`,
    );
    expect((await drawbridge("test", "policies/p")).out).toBe("✓ policies/p: 2 cases, 0 failed\n");
  });
});

describe("check", () => {
  it("explains how a date is interpreted, and exits with 0", async () => {
    file("policies/p/policy.yaml", policy.replace("    if:", "    expiresOn: 2026-12-31\n    if:"));
    expect(await drawbridge("check", "policies/p")).toEqual({
      code: 0,
      out: "policies/p: valid: 1 rule, 0 limits, 0 exemptions; 0 warnings\n",
      err: "policies/p/policy.yaml:5:16: note: expiresOn 2026-12-31 means the end of that day in UTC, 2027-01-01T00:00:00Z\n",
    });
  });
});

it("parameters are named as the policy declares them, whatever the case in which they are given", async () => {
  const text = policy.replaceAll("zones: {", "landingZones: {").replace("('zones')", "('landingZones')");
  file("policies/p/policy.yaml", text);
  file("facts.json", JSON.stringify({ known: { "endpoint.subscriptionId": "x" }, unknown: {} }));
  file("values.json", '{"LANDINGZONES":[]}');
  const given = ["--policy", "policies/p/policy.yaml", "--parameters", "values.json"];
  const { err } = await drawbridge("explain", "--facts", "facts.json", ...given);
  expect(err).toContain("policy: policies/p/policy.yaml; parameters: landingZones\n");
});
