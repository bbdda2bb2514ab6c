import { describe, expect, it } from "vitest";
import { policyOf, problemsOf } from "../../../../test/policy/policy-makers.ts";
import { networkOf } from "../values/network.ts";

const parameters = `parameters:
  plan: { type: String, defaultValue: 10.300.0.0/16 }
  good: { type: String, defaultValue: 10.20.0.0/16 }
  plans: { type: Array, defaultValue: [10.20.0.0/16, 10.0.0.0/33] }
  map: { type: Object, defaultValue: { prod: { range: 10.20.0/16 } } }`;
const counted = (expression: string) => `name: ranges
${parameters}
rules:
  - name: r
    if:
      count: { field: "endpoint.subnet.addressPrefixes[*]", where: { value: "[${expression}]", equals: true } }
      greater: 0
    then: { effect: approve }`;
const asking = (condition: string) => `name: ranges
${parameters}
rules: [{ name: r, if: ${condition}, then: { effect: hold } }]`;

describe("a constant argument of ipRangeContains", () => {
  it.each([
    ["10.0.0.0/33", "ipRangeContains('10.0.0.0/33', current())"],
    ["010.0.0.0/8", "ipRangeContains('010.0.0.0/8', current())"],
    ["10.20.0/16", "ipRangeContains('10.20.0/16', current())"],
    ["10.0.0.0/08", "ipRangeContains('10.0.0.0/08', current())"],
    ["10.0.0.9-10.0.0.1", "ipRangeContains('10.0.0.9-10.0.0.1', current())"],
    ["", "ipRangeContains('', current())"],
    ["10.300.0.0/16", "ipRangeContains(parameters('plan'), current())"],
    ["10.20.0.0/33", "ipRangeContains(concat('10.20', '.0.0/33'), current())"],
    ["10.20.0.0/16/24", "ipRangeContains(concat(parameters('good'), '/24'), current())"],
    ["10.20.0/16", "ipRangeContains(parameters('map').prod.range, current())"],
    [
      "10.0.0.0/33",
      "ipRangeContains(if(equals(field('service.sku'), 'Premium'), '10.0.0.0/8', '10.0.0.0/33'), current())",
    ],
    ["10.1.2.300", "ipRangeContains(current(), '10.1.2.300')"],
    ["10.0.0.0/33", "not(ipRangeContains('10.0.0.0/33', current()))"],
  ])("that is not an address range is told with its place: %s", (range, expression) => {
    expect(problemsOf(counted(expression))).toEqual([
      expect.stringMatching(/^policy\.yaml:10:\d+: ipRangeContains\(\): "/),
    ]);
    expect(problemsOf(counted(expression))[0]).toContain(`"${range}" is not an address range`);
  });

  it("is a number or a list", () => {
    expect(problemsOf(counted("ipRangeContains(10, current())"))[0]).toContain("10 is not an address range");
    expect(problemsOf(counted("ipRangeContains(parameters('plans'), current())"))[0]).toContain(
      "is not an address range",
    );
  });

  it("is a member of a list that a count goes through", () => {
    const condition = `{ count: { value: "[parameters('plans')]", name: plan, where: { value: "[ipRangeContains(current('plan'), field('service.name'))]", equals: true } }, greater: 0 }`;
    expect(problemsOf(asking(condition))).toEqual([
      expect.stringContaining('"10.0.0.0/33" is not an address range'),
    ]);
    const built = condition.replace("current('plan')", "concat(current('plan'), '/8')");
    expect(problemsOf(asking(built))).toEqual([
      expect.stringContaining('"10.20.0.0/16/8" is not an address range'),
      expect.stringContaining('"10.0.0.0/33/8" is not an address range'),
    ]);
  });

  it.each([
    ["10.20.30.0/8", "10.0.0.0/8"],
    ["10.20.30.1/31", "10.20.30.0/31"],
    ["10.20.30.0/0", "0.0.0.0/0"],
    ["2001:db8:1::/32", "2001:db8::/32"],
    ["2001:db8::1/64", "2001:db8::/64"],
    ["1:2:3:4:5:6:7:8/127", undefined],
    ["1:2:3:4:5:6:7:9/127", "1:2:3:4:5:6:7:8/127"],
    ["0:0:3:4:5:0:0:1/112", "0:0:3:4:5::/112"],
    ["1:0:3:0:0:0:7:9/127", "1:0:3::7:8/127"],
    ["::1/0", "::/0"],
    ["10.20.30.0/24", undefined],
    ["10.20.30.1", undefined],
    ["10.0.0.1-10.0.0.9", undefined],
    ["10.20.30.0/33", undefined],
  ])("%s is all of %s", (text, network) => {
    expect(networkOf(text)).toBe(network);
  });

  it("with bits behind its prefix is a warning that says what it means, and loads", () => {
    const text = counted("ipRangeContains('10.20.30.0/8', current())");
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(
        /^policy\.yaml:10:\d+: warning: .*10\.20\.30\.0\/8 has bits set after its prefix and covers all of 10\.0\.0\.0\/8/,
      ),
    ]);
    expect(policyOf(text)).toBeDefined();
  });

  it("that is a range is no problem, nor is what only the facts tell", () => {
    expect(problemsOf(counted("ipRangeContains(parameters('good'), current())"))).toEqual([]);
    expect(
      problemsOf(asking(`{ value: "[ipRangeContains(field('service.name'), '10.0.0.1')]", equals: true }`)),
    ).toEqual([]);
    const v6 = `{ value: "[ipRangeContains('2001:db8::/32', field('service.name'))]", equals: true }`;
    expect(problemsOf(asking(v6))).toEqual([]);
  });

  it.each(["endpoint.subnet.addressPrefixes[*]", "endpoint.subnet.addressPrefixes"])(
    "may not be a list, as %s is, and it says how to ask its members",
    (field) => {
      const text = asking(`{ value: "[ipRangeContains('10.0.0.0/8', field('${field}'))]", equals: true }`);
      expect(problemsOf(text)).toEqual([
        expect.stringContaining(
          'test each member: count: { field: "endpoint.subnet.addressPrefixes[*]", where:',
        ),
      ]);
    },
  );

  it("may be the one member of the field that a count goes through, which is a list there", () => {
    const field = "field('endpoint.subnet.addressPrefixes[*]')";
    expect(problemsOf(counted(`ipRangeContains('10.0.0.0/8', ${field})`))).toEqual([
      expect.stringContaining("inside its own count the current member is current()"),
    ]);
    expect(problemsOf(counted(`ipRangeContains('10.0.0.0/8', first(${field}))`))).toEqual([]);
    expect(problemsOf(counted(`ipRangeContains('10.0.0.0/8', ${field}[0])`))).toEqual([]);
  });
});
