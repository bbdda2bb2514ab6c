import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { zone, zonePolicy } from "../../test/zone-policy.ts";

const { path: folder, write: file, drawbridge } = temporaryFolder();

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

  it("runs every case, and exits with 0 if all are as expected", async () => {
    file("policies/p/policy.yaml", zonePolicy);
    file("policies/p/cases/one.yaml", cases("approve"));
    expect(await drawbridge("test")).toEqual({ code: 0, out: "✓ policies/p: 2 cases, 0 failed\n", err: "" });
  });

  it("reports where and how a case differs", async () => {
    file("policies/p/policy.yaml", zonePolicy);
    file("policies/p/cases/one.yaml", cases("reject"));
    const { code, err } = await drawbridge("test policies/p");
    expect(code).toBe(1);
    expect(err).toContain(
      'policies/p/cases/one.yaml:3:1: a "zone" & <its> friends: verdict: expected reject, found approve',
    );
  });

  it("fails without cases", async () => {
    file("policies/p/policy.yaml", zonePolicy);
    mkdirSync(join(folder(), "policies/p/cases"));
    expect((await drawbridge("test")).code).toBe(1);
  });

  it("names the folders inside that have cases, where a folder has none", async () => {
    file("policies/p/policy.yaml", zonePolicy);
    file("policies/p/cases/one.yaml", cases("approve"));
    expect(await drawbridge("test policies")).toMatchObject({
      code: 1,
      err: "policies:1:1: there is no folder cases/ in it, so nothing was tested; folders inside have cases: drawbridge test policies/p\n",
    });
    file("policies/q/policy.yaml", zonePolicy);
    expect((await drawbridge("test policies/q")).err).toBe(
      "policies/q:1:1: there is no folder cases/ in it, so nothing was tested; write cases into it\n",
    );
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
    file("policies/p/policy.yaml", zonePolicy);
    file("policies/p/cases/one.yaml", `cases:\n  - name: c\n    ${facts}\n    expect: { verdict: hold }\n`);
    const { code, err } = await drawbridge("test");
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  it("prints valid JUnit XML for any names", async () => {
    file("policies/p/policy.yaml", zonePolicy);
    file("policies/p/cases/one.yaml", cases("reject"));
    const { out } = await drawbridge("test --format junit");
    expect(out).toContain('<testsuite name="policies/p" tests="2" failures="1" errors="0">');
    expect(out).toContain('name="a &quot;zone&quot; &amp; &lt;its&gt; friends"');
    expect(out).toContain('<failure message="verdict: expected reject');
    expect(out).toMatch(/<testcase [^>]* file="policies\/p\/cases\/one\.yaml" line="\d+">/);
  });
});
