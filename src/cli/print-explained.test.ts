import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";
import { zone, zonePolicy } from "../../test/zone-policy.ts";
import { nameOfInvalid } from "../lib/connections/record/connection-record.ts";

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
  facts: { known: { "endpoint.subscriptionId": zone, "connection.message": "please" }, unknown: {} },
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

it("the explanation of a decision that was made while the policy did not load speaks of no rule", async () => {
  const reason = "the policy does not load, so everything is held";
  const verdict = { ...decision.verdict, reasons: [reason] };
  const policy = { name: nameOfInvalid, hash: "h" };
  const { out } = await explained({ ...decision, verdict, policy }, "");
  expect(out).toBe(
    `hold\n  ${reason}\n\nno rule was evaluated\n\ndecided at ${at} in mode enforce\n\n` +
      "once the policy loads, --rules all lists every rule, and what was recorded: 2 facts\n",
  );
  write("p.yaml", zonePolicy.replace(zone, ""));
  const anew = await explained({ ...decision, verdict, policy }, " --policy p.yaml");
  expect(anew.out).not.toMatch("no rule was evaluated");
});

describe("the note about the recorded decision, above another evaluation of it", () => {
  const noteOn = async (of: object) => {
    write("p.yaml", zonePolicy);
    const { err } = await explained(of, " --policy p.yaml");
    return err.split("\n")[0];
  };
  const policy = { name: nameOfInvalid, hash: "h" };

  it("says who decided: the app or a person", async () => {
    expect(await noteOn(decision)).toBe(`the app decided at ${at} with its policy "in the app"`);
    expect(await noteOn(byPerson)).toBe(
      `ana decided at ${at} to reject, where the policy "in the app" of the app said hold`,
    );
  });

  it("says in words that the policy did not load", async () => {
    const held = `the app held it at ${at}, since its policy did not load`;
    expect(await noteOn({ ...decision, policy })).toBe(held);
    expect(await noteOn({ ...byPerson, policy })).toBe(
      `ana decided at ${at} to reject, while the policy of the app did not load`,
    );
    const { out } = await explained({ ...byPerson, policy }, " --policy p.yaml");
    expect(out).toMatch(
      /^ana decided to reject, while the policy did not load; with the policy p\.yaml it would be:\napprove\n/,
    );
    const recorded = await explained({ ...byPerson, policy }, "");
    expect(recorded.out).toMatch(/^ana decided to reject; the policy did not load:\nhold\n/);
  });
});
