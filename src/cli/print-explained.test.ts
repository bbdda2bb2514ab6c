import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";
import { zone, zonePolicy } from "../../test/zone-policy.ts";

const { onApp, write } = answeringApp();
const at = "2026-11-24T09:00:00.000Z";
const decision = {
  id: "aaaa-2",
  sequence: 2,
  at,
  kind: "decision",
  connection: "/subscriptions/x/service/apim/privateEndpointConnections/pe",
  policy: { name: "in the app", hash: "h" },
  mode: "enforce",
  action: "none",
  facts: { known: { "endpoint.subscriptionId": zone }, unknown: {} },
  verdict: { kind: "hold", reasons: ["no rule applies"], unknown: [], alerts: [] },
  trace: [],
};
const person = { id: "1", by: "ana", verdict: "reject", reason: "no" };
const byPerson = { ...decision, action: "reject", person };

const explained = (of: object, more: string) =>
  onApp(`explain --connection apim/pe${more}`, {
    "/api/connections": { connections: [] },
    "/api/decisions": { decisions: [of] },
  });

describe("the head of an explanation, where a person decided", () => {
  it("says what the policy said, and what another evaluation is one of", async () => {
    write("p.yaml", zonePolicy);
    write("decision.json", JSON.stringify(byPerson));
    const head = ({ out }: { readonly out: string }) => out.split("\n").slice(0, 2);
    const before = "ana decided to reject, where the policy said hold; with the policy p.yaml";
    const anew = [`${before} it would be:`, "approve"];
    expect(head(await explained(byPerson, " --policy p.yaml"))).toEqual(anew);
    expect(head(await explained(byPerson, " --policy p.yaml --now 2026-11-26"))).toEqual(anew);
    expect(head(await onApp("explain --facts decision.json --policy p.yaml", {}))).toEqual(anew);
    expect(head(await explained(byPerson, ' --policy p.yaml --parameters {"zones":[]}'))).toEqual([
      `${before} and the given parameters it would be:`,
      "hold",
    ]);
  });

  it("is in the JSON too", async () => {
    write("p.yaml", zonePolicy);
    const { out } = await explained(byPerson, " --policy p.yaml --format json");
    expect(JSON.parse(out)).toMatchObject({
      verdict: { kind: "approve" },
      decision: { verdict: "hold", person: { by: "ana" } },
      evaluated: "the policy p.yaml",
    });
  });
});
