import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { zone, zonePolicy } from "../../test/zone-policy.ts";

const { write: file, drawbridge } = temporaryFolder();

describe("explain", () => {
  it("explains a verdict for facts in a file", async () => {
    file("p.yaml", zonePolicy);
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
});
