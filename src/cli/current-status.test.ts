import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";
import type { Answer } from "../functions/http/answers.ts";

const { onApp, write } = answeringApp();
const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders";
const nextAt = "2026-11-24T12:10:00.000Z";
const decidedAt = "2026-11-24T09:00:00.000Z";

const record: Answer<"Connection"> = {
  connection: `${service}/privateEndpointConnections/pe-one`,
  service,
  phase: "Held",
  state: "Pending",
  firstSeenAt: decidedAt,
  attempts: 0,
};
const flooded: Answer<"Connection"> = {
  ...record,
  restrained: "requests",
  reason: "the requests breaker is open",
  nextAt,
};
const decision = {
  id: "aaaa-2",
  at: decidedAt,
  kind: "decision",
  connection: record.connection,
  mode: "enforce",
  action: "none",
  verdict: { kind: "hold", reasons: ["no rule applies"], unknown: [], alerts: [] },
  trace: [],
};
const until = "2026-11-24T13:30:00.000Z";
const breakers = { requestsUntil: until, approvalsUntil: until };
const explain = (
  of: Answer<"Connection">,
  decisions: readonly object[],
  more = "",
  health: object | null = { breakers },
) =>
  onApp(`explain --connection apim-orders/pe-one${more}`, {
    "/api/health/details": health ?? undefined,
    "/api/connections": { connections: [of] },
    "/api/decisions": { decisions },
  });
const reasonOf = async (of: Answer<"Connection">) => {
  const { out } = await onApp("connections --format json", { "/api/connections": { connections: [of] } });
  const table = await onApp("connections", { "/api/connections": { connections: [of] } });
  expect(JSON.parse(out)).toHaveLength(1);
  return table.out.trimEnd().split("\n")[1]?.split(/ {2,}/).at(-1);
};

describe("a connection that the requests breaker holds", () => {
  it("is explained without a decision: what it waits for, until when, and what a person can do", async () => {
    const { code, out, err } = await explain(flooded, []);
    expect(code).toBe(1);
    expect(err).toBe("apim-orders/pe-one: the app has no decision about this connection yet\n");
    expect(out).toBe(
      `now: Held, Pending on Azure
  the requests breaker is open; reviewed again at ${nextAt}; no decision yet
  a person may decide it meanwhile: drawbridge decide; the requests breaker closes at ${until} at the earliest
`,
    );
    const json = await explain(flooded, [], " --format json");
    expect(JSON.parse(json.out)).toMatchObject({
      now: { breaker: "requests", breakerUntil: until, nextAt },
    });
  });

  it.each([
    ["does not say when it closes", { breakers: {} }],
    ["closed it meanwhile", { breakers: { requestsUntil: null } }],
    ["does not answer about its health", null],
  ])("is explained by an app that %s", async (_, health) => {
    const { code, out } = await explain(flooded, [], "", health);
    expect(code).toBe(1);
    expect(out).toContain(
      "drawbridge decide; drawbridge health says when the breaker closes at the earliest\n",
    );
    expect(out).not.toContain(until);
  });

  it("is explained before its old decision, which has its time, and listed with the same reason", async () => {
    const decided: Answer<"Connection"> = {
      ...flooded,
      verdict: "approve",
      decidedAt,
      decisionId: decision.id,
    };
    const { code, out } = await explain(decided, [decision]);
    expect(code).toBe(0);
    const reason = `the requests breaker is open; reviewed again at ${nextAt}; last decision at ${decidedAt}: approve`;
    expect(out.split("\n").slice(0, 6)).toEqual([
      "now: Held, Pending on Azure",
      `  ${reason}`,
      expect.stringContaining("drawbridge decide"),
      "",
      `last decision, at ${decidedAt}:`,
      "hold",
    ]);
    expect(await reasonOf(decided)).toBe(reason);
    expect((await explain(decided, [decision], " --format json")).out).toContain('"breaker": "requests"');
  });
});

describe("a connection that the approvals breaker holds", () => {
  it("says until when, and that a higher limit ends it", async () => {
    const reason = "the approvals breaker is open";
    const withheld: Answer<"Connection"> = { ...record, restrained: "approvals", reason, nextAt, decidedAt };
    const { out } = await explain(withheld, [{ ...decision, restrained: "approvals" }]);
    expect(out).toContain(
      `  ${reason}; reviewed again at ${nextAt}\n  it is approved without another request`,
    );
    expect(await reasonOf(withheld)).toBe(`${reason}; reviewed again at ${nextAt}`);
  });

  it("says who approved it, where a person did, and that a person may reject it", async () => {
    const person = { id: "p", verdict: "approve", by: "ana", reason: "CHG-12" } as const;
    const waiting: Answer<"Connection"> = {
      ...record,
      phase: "Decided",
      person,
      reason: "ana approved it: CHG-12",
      difficulty: "the approvals breaker is open",
      waitsForPermit: "approvals",
      decidedAt,
      nextAt,
    };
    const reason = `the approvals breaker is open; reviewed again at ${nextAt}; decided at ${decidedAt}: ana approved it: CHG-12`;
    expect((await explain(waiting, [{ ...decision, action: "approve", person }])).out).toContain(
      `now: Decided, Pending on Azure\n  ${reason}\n`,
    );
    expect((await explain(waiting, [{ ...decision, action: "approve", person }])).out).toContain(
      "a person may reject it before that, in mode enforce: drawbridge decide reject",
    );
    expect((await explain(waiting, [{ ...decision, action: "approve", person }])).out).toContain(
      `\n\nlast decision, at ${decidedAt}:\nana decided to approve; the policy said:\nhold\n`,
    );
    expect(await reasonOf(waiting)).toBe(reason);
    const { out } = await onApp("decisions", { "/api/decisions": { decisions: [{ ...decision, person }] } });
    expect(out).toMatch(/ approve .* ana decided: CHG-12\n$/);
  });
});

it("a decision that still says why the connection is where it is stands alone", async () => {
  const held: Answer<"Connection"> = { ...record, reason: "no rule applies", verdict: "hold", decidedAt };
  expect((await explain(held, [decision])).out).toMatch(/^hold\n  no rule applies\n/);
  const overridden: Answer<"Connection"> = {
    ...held,
    phase: "Overridden",
    state: "Approved",
    reason: "it was set to Approved outside Drawbridge",
  };
  expect((await explain(overridden, [decision])).out).toMatch(
    /^now: Overridden, Approved on Azure\n  it was set to Approved outside Drawbridge\n\nlast decision, at /,
  );
});

it("where a connection stands is in the JSON of another policy's evaluation too", async () => {
  write("policy.yaml", "name: other\nrules: []\n");
  const withFacts = { ...decision, facts: { known: {}, unknown: {} } };
  const { code, out, err } = await explain(flooded, [withFacts], " --policy policy.yaml --format json");
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("now: Held, Pending on Azure\n") });
  expect(JSON.parse(out)).toMatchObject({ now: { phase: "Held", breaker: "requests", nextAt } });
  const tree = await explain(flooded, [withFacts], " --policy policy.yaml");
  expect(tree.out).not.toContain("now:");
});

describe("an app that does not list one connection alone", () => {
  const title = '"connection" is unknown; allowed are service, phase';
  const refused = (decisions: object, status: Readonly<Record<string, number>>) =>
    onApp(
      "explain --connection apim-orders/pe-one",
      { "/api/connections": { title }, "/api/decisions": decisions },
      status,
    );

  it("has its decision explained, and stderr says that the current status is not known", async () => {
    const { code, out, err } = await refused({ decisions: [decision] }, { "/api/connections": 400 });
    expect({ code, err }).toEqual({
      code: 0,
      err: `where apim-orders/pe-one stands now is not known: the app refuses to list it alone (${title})\n`,
    });
    expect(out).toMatch(/^hold\n  no rule applies\n/);
  });

  it("still fails where it answers neither, or where it is broken", async () => {
    const both = { "/api/connections": 400, "/api/decisions": 400 };
    expect(await refused({ title: "several connections" }, both)).toMatchObject({ code: 2, out: "" });
    expect(await refused({ decisions: [decision] }, { "/api/connections": 500 })).toMatchObject({ code: 2 });
  });
});
