import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { runIn } from "../../test/command-line.ts";
import { zonePolicy } from "../../test/zone-policy.ts";

const { path: folder, write: file, drawbridge } = temporaryFolder();

async function check(policy: string, ...options: string[]) {
  file("p.yaml", policy);
  const { code, out, err } = await runIn(folder(), ["check", "p.yaml", ...options]);
  return { code, out, errors: err.split("\n").slice(0, -1) };
}

describe("check", () => {
  it("exits with 0 if a policy loads", async () => {
    file("p.yaml", zonePolicy);
    expect(await drawbridge("check p.yaml")).toEqual({
      code: 0,
      out: "p.yaml: valid: 1 rule, 0 limits, 0 exemptions; 0 warnings\n",
      err: "",
    });
  });

  it("takes a folder of declared addresses that has none for right, as the app does, and says so", async () => {
    file("addresses/addresses.schema.json", "{}");
    expect(await drawbridge("check --addresses addresses")).toEqual({
      code: 0,
      out: "addresses: valid: 0 declared address sets (there is no .yaml, .yml or .json file in it)\n",
      err: "",
    });
    expect(await drawbridge("check --addresses adresses")).toMatchObject({ code: 2, out: "" });
  });

  it("prints every problem with its position, and exits with 1", async () => {
    file("set/a.yaml", zonePolicy.replace("in:", "inn:"));
    file("set/b.yaml", "name: b\nrules: [");
    const { code, err } = await drawbridge("check set");
    expect(code).toBe(1);
    expect(err).toContain('set/a.yaml:5:43: unknown key "inn"; did you mean "in"?');
    expect(err).toMatch(/^set\/b\.yaml:2:9: /m);
  });

  it("says that more is checked later, also where the parameters have errors too", async () => {
    file("p.yaml", zonePolicy.replace("in:", "inn:"));
    file("values.json", '{"zones": ["a", "b"');
    const { code, out } = await drawbridge("check p.yaml --parameters values.json");
    expect({ code, out }).toEqual({
      code: 1,
      out: "p.yaml: invalid: 2 errors, 0 warnings; more is checked once these are fixed\n",
    });
    file("p.yaml", zonePolicy);
    expect((await drawbridge("check p.yaml --parameters values.json")).out).toBe(
      "p.yaml: invalid: 1 error, 0 warnings\n",
    );
  });

  it("is as strict as the mode, and takes parameters", async () => {
    file("p.yaml", zonePolicy.replace("endpoint.subscriptionId", "connection.message"));
    expect((await drawbridge("check p.yaml")).code).toBe(1);
    expect((await drawbridge("check p.yaml --mode observe")).code).toBe(0);
    file("values.json", '{"zones": "not a list"}');
    expect((await drawbridge("check p.yaml --mode observe --parameters values.json")).err).toContain(
      "is not of type Array",
    );
  });

  it("exits with 1 for warnings where they are denied", async () => {
    file("p.yaml", zonePolicy.replace("{ zones:", "{ spare: { type: Array, defaultValue: [] }, zones:"));
    const warned = await drawbridge("check p.yaml");
    expect(warned).toMatchObject({ code: 0, out: expect.stringContaining("1 warning") });
    expect(warned.err).toMatch(
      /^p\.yaml:2:15: warning: parameter "spare" is not used in this file, so its value changes nothing/,
    );
    expect((await drawbridge("check p.yaml --deny-warnings")).code).toBe(1);
    expect((await drawbridge("check p.yaml --deny-warnings --format json")).code).toBe(1);
    file("p.yaml", zonePolicy);
    expect((await drawbridge("check p.yaml --deny-warnings")).code).toBe(0);
  });

  it("says which folders to check where each of them is a policy of its own", async () => {
    file("all/one/p.yaml", zonePolicy);
    file("all/two/p.yaml", zonePolicy);
    const { code, err } = await drawbridge("check all");
    expect(code).toBe(1);
    expect(err).toContain(
      "all was read as one policy, from the files of 2 folders. If each of them is a policy, check each: drawbridge check all/one all/two\n",
    );
    expect((await drawbridge("check all/one all/two")).code).toBe(0);
  });

  it("says nothing of folders where the error is in one of them, or one holds the others", async () => {
    file("all/one/p.yaml", zonePolicy.replace("in:", "inn:"));
    file("all/two/p.yaml", zonePolicy.replaceAll("name: zones", "name: others"));
    expect((await drawbridge("check all")).err).not.toContain("as one policy");
    file("set/p.yaml", zonePolicy);
    file("set/inside/p.yaml", zonePolicy);
    expect((await drawbridge("check set")).err).not.toContain("as one policy");
  });

  it("answers as JSON", async () => {
    file("p.yaml", zonePolicy.replace("in:", "inn:"));
    const [checked] = JSON.parse((await drawbridge("check p.yaml --format json")).out) as [
      { valid: boolean; problems: unknown[] },
    ];
    expect(checked).toMatchObject({
      valid: false,
      problems: [{ file: "p.yaml", line: 5, column: 43, severity: "error" }],
    });
  });
});

const inRange = (name: string, range: string) => `
  - name: ${name}
    if:
      count: { field: "endpoint.subnet.addressPrefixes[*]", where: { value: "[ipRangeContains(${range}, current())]", equals: true } }
      greater: 0
    then: { effect: approve }`;
const ranges = (...rules: string[]) => `name: ranges
parameters:
  plan: { type: String, defaultValue: 10.300.0.0/16 }
rules:${rules.join("")}
default: hold
`;

describe("check of ranges", () => {
  it("reports every invalid range and bits after a prefix, and exits with 1", async () => {
    const { code, out, errors } = await check(
      ranges(
        inRange("too long", "'10.0.0.0/33'"),
        inRange("octal", "'010.0.0.0/8'"),
        inRange("bits behind the prefix", "'10.20.30.0/8'"),
        inRange("of a parameter", "parameters('plan')"),
      ),
    );
    expect({ code, out }).toEqual({
      code: 1,
      out: "p.yaml: invalid: 3 errors, 1 warning; more is checked once these are fixed\n",
    });
    expect(errors).toEqual([
      expect.stringMatching(/^p\.yaml:7:77: ipRangeContains\(\): "10\.0\.0\.0\/33" is not an address range/),
      expect.stringMatching(/^p\.yaml:12:77: ipRangeContains\(\): "010\.0\.0\.0\/8" is not an address range/),
      expect.stringMatching(
        /^p\.yaml:17:77: warning: .*10\.20\.30\.0\/8 has bits set after its prefix and covers all of 10\.0\.0\.0\/8/,
      ),
      expect.stringMatching(
        /^p\.yaml:22:77: ipRangeContains\(\): "10\.300\.0\.0\/16" is not an address range/,
      ),
    ]);
  });

  it("reports them in observe mode too, since a rule that can never match is always a mistake", async () => {
    const { code } = await check(ranges(inRange("r", "'10.0.0.0/33'")), "--mode", "observe");
    expect(code).toBe(1);
  });

  it("checks given parameter values, and exits with 0 if there are only warnings", async () => {
    const policy = ranges(inRange("of a parameter", "parameters('plan')"));
    expect((await check(policy, "--parameters", '{"plan":"10.0.0.0/8"}')).code).toBe(0);
    const { code, out } = await check(policy, "--parameters", '{"plan":"10.20.30.0/8"}');
    expect({ code, out }).toEqual({
      code: 0,
      out: "p.yaml: valid: 1 rule, 0 limits, 0 exemptions; 1 warning\n",
    });
    expect((await check(policy, "--parameters", '{"plan":"10.0.0.0/08"}')).code).toBe(1);
  });
});

describe("check of what an approval rests on", () => {
  const byName = (condition: string) => `name: p
rules: [{ name: trusted, if: ${condition}, then: { effect: approve } }]
`;

  it.each([
    '{ field: connection.name, like: "trusted-*" }',
    '{ field: connection.id, like: "*/trusted" }',
    "{ value: \"[last(split(field('endpoint.id'), '/'))]\", equals: trusted }",
  ])("refuses %s, and suggests what to add", async (condition) => {
    const { code, errors } = await check(byName(condition));
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringContaining("such as endpoint.subscriptionId")]);
    expect((await check(byName(condition), "--mode", "observe")).code).toBe(0);
  });
});
