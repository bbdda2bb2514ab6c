import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-check-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function check(policy: string, ...options: string[]) {
  writeFileSync(join(folder, "p.yaml"), policy);
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(["check", "p.yaml", ...options], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    environment: {},
    folder,
    fetch,
    clock: { now: () => new Date("2026-11-24T12:00:00Z") },
  });
  return { code, out: out.join(""), errors: err };
}

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
  it("tells every one that is none, and what bits behind a prefix mean, and exits with 1", async () => {
    const { code, out, errors } = await check(
      ranges(
        inRange("too long", "'10.0.0.0/33'"),
        inRange("octal", "'010.0.0.0/8'"),
        inRange("bits behind the prefix", "'10.20.30.0/8'"),
        inRange("of a parameter", "parameters('plan')"),
      ),
    );
    expect({ code, out }).toEqual({ code: 1, out: "p.yaml: does not load: 3 errors, 1 warning\n" });
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

  it("does so where the policy only observes, since a rule that can only fail is never meant", async () => {
    const { code } = await check(ranges(inRange("r", "'10.0.0.0/33'")), "--mode", "observe");
    expect(code).toBe(1);
  });

  it("asks the values that are given, and exits with 0 where there are warnings alone", async () => {
    const policy = ranges(inRange("of a parameter", "parameters('plan')"));
    expect((await check(policy, "--parameters", '{"plan":"10.0.0.0/8"}')).code).toBe(0);
    const { code, out } = await check(policy, "--parameters", '{"plan":"10.20.30.0/8"}');
    expect({ code, out }).toEqual({
      code: 0,
      out: "p.yaml: loads: 1 rule, 0 limits, 0 exemptions; 1 warning\n",
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
  ])("refuses %s, and says what to add", async (condition) => {
    const { code, errors } = await check(byName(condition));
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringContaining("such as endpoint.subscriptionId")]);
    expect((await check(byName(condition), "--mode", "observe")).code).toBe(0);
  });
});
