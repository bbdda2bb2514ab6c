import { describe, expect, it } from "vitest";
import { formatProblem } from "../../policy/source/problem.ts";
import { byResource, declaredFor } from "./declared.ts";
import { readDeclared } from "./read-declared.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers";
const service = `${group}/Microsoft.ApiManagement/service/apim-orders`;
const publicIp = `${group}/Microsoft.Network/publicIPAddresses/pip-edge`;
const read = (text: string) => readDeclared([{ file: "prod.yaml", text }]);
const problems = (text: string) => read(text).problems.map(formatProblem);

describe("declared addresses", () => {
  it("are read from a file in canonical form", () => {
    const { declared, problems: none } = read(`addresses:
  - resource: ${service.toUpperCase()}
    location: West Europe
    public: [203.0.113.11, 203.0.113.10]
    outbound: ["203.0.113.1/30"]
    private: []
  - resource: ${publicIp}
    public: [203.0.113.99]
`);
    expect(none).toEqual([]);
    expect(declared).toMatchObject([
      {
        resource: service,
        kind: "public",
        location: "westeurope",
        addresses: ["203.0.113.10", "203.0.113.11"],
      },
      { resource: service, kind: "private", addresses: [] },
      { resource: service, kind: "outbound", addresses: ["203.0.113.0/30"], file: "prod.yaml:2" },
      { resource: publicIp, kind: "public", addresses: ["203.0.113.99"] },
    ]);
    const asked = { resource: service, kind: "public" as const, location: "westeurope" };
    const held = byResource(declared);
    expect(declaredFor(held, asked)?.addresses).toEqual(["203.0.113.10", "203.0.113.11"]);
    expect(declaredFor(held, { ...asked, location: "eastus" })).toBeUndefined();
    expect(declaredFor(held, { ...asked, resource: publicIp })?.addresses).toEqual(["203.0.113.99"]);
  });

  it("are declared once for each kind and location", () => {
    const of = (location: string) =>
      `  - { resource: ${service}, location: ${location}, public: [203.0.113.1] }\n`;
    expect(problems(`addresses:\n${of("westeurope")}${of("eastus")}`)).toEqual([]);
    expect(problems(`addresses:\n${of("westeurope")}${of("West Europe")}`)).toEqual([
      expect.stringContaining("the public addresses of this resource are declared at prod.yaml:2 already"),
    ]);
  });

  it.each(["[203.0.113.1]", "{ a: 203.0.113.1 }", "5", "true"])("are no member that is %s", (member) => {
    expect(
      problems(`addresses:\n  - { resource: ${service}, location: westeurope, public: [${member}] }`),
    ).toEqual([expect.stringContaining("this must be an IPv4 or IPv6 address or prefix")]);
  });

  it.each([
    ["addresses: 7", "prod.yaml:1:12: addresses is missing or is not a list"],
    ["adresses: []", 'prod.yaml:1:1: unknown key "adresses"; did you mean "addresses"?'],
    [
      "addresses:\n  - { resource: /nothing, location: westeurope, public: [203.0.113.1] }",
      "prod.yaml:2:17: resource must be the ARM id",
    ],
    [`addresses:\n  - { resource: ${service}, public: [203.0.113.1] }`, "prod.yaml:2:5: location is missing"],
    [
      `addresses:\n  - { resource: ${service}, location: x }`,
      "prod.yaml:2:5: at least one of public, private",
    ],
    [
      `addresses:\n  - { resource: ${service}, location: x, public: [203.0.113.300] }`,
      "this must be an IPv4 or IPv6 address or prefix",
    ],
    [`addresses:\n  - { resource: ${service}, location: x, public: 203.0.113.1 }`, "public must be a list"],
    [`addresses:\n  - { resource: ${service}, location: x, publik: [] }`, 'did you mean "public"?'],
    ["addresses: [", "prod.yaml:1:"],
  ])("are refused with problem and position: %s", (text, problem) => {
    expect(problems(text).join("\n")).toContain(problem);
  });

  it("of one kind number at most a thousand", () => {
    const listOf = (count: number) =>
      Array.from({ length: count }, (_, index) => `"10.0.${Math.floor(index / 256)}.${index % 256}"`).join(
        ", ",
      );
    const declare = (count: number) =>
      problems(`addresses:\n  - resource: ${publicIp}\n    public: [${listOf(count)}]\n`);
    expect(declare(1_000)).toEqual([]);
    expect(declare(1_001)).toEqual([expect.stringContaining("public has more than 1000 addresses")]);
  });

  it("that are declared twice are refused with both positions", () => {
    const one = `  - { resource: ${service}, location: westeurope, public: [203.0.113.1] }\n`;
    expect(problems(`addresses:\n${one}${one}`)).toEqual([
      "prod.yaml:3:1: the public addresses of this resource are declared at prod.yaml:2 already",
    ]);
  });
});
