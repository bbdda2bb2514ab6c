import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";

const { asked, onApp } = answeringApp();
const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
const service = `${group}/providers/Microsoft.ApiManagement/service/apim-orders`;
const connection = (name: string) => `${service}/privateEndpointConnections/${name}.0123-4567`;

const held = {
  connection: connection("pe-one"),
  service,
  phase: "Held",
  state: "Pending",
  verdict: "hold",
  rule: "zones",
  reason: "no rule applies",
  firstSeenAt: "2026-11-24T08:00:00.000Z",
  decidedAt: "2026-11-24T09:00:00.000Z",
  attempts: 0,
};

describe("connections", () => {
  it("are a table with names, which the commands take", async () => {
    const { code, out } = await onApp("connections --phase Held --service apim-orders", {
      "/api/connections": { connections: [held] },
    });
    expect({ code, out: out.split("\n")[1]?.split(/ {2,}/) }).toEqual({
      code: 0,
      out: [
        "2026-11-24T09:00:00.000Z",
        "apim-orders/pe-one.0123-4567",
        "Held",
        "Pending",
        "hold",
        "-",
        "-",
        "zones",
        "-",
        "no rule applies",
      ],
    });
    expect(new URL(asked[0] ?? "", "http://x").searchParams.toString()).toBe(
      "top=101&service=apim-orders&phase=Held",
    );
  });

  it("say when an approval ends, and by what", async () => {
    const until = "2027-03-31T00:00:00.000Z";
    const dueAt = "2026-12-01T00:00:00.000Z";
    const approved = { ...held, phase: "Applied", verdict: "approve", term: { until, nextAt: until } };
    const before = { phase: "Applied" };
    const announced = { ...approved, revocation: { noticedAt: dueAt, dueAt, before } };
    const { out } = await onApp("connections --end term --format csv", {
      "/api/connections": { connections: [approved, announced] },
    });
    expect(asked[0]).toContain("end=term");
    const lines = out.trimEnd().split("\r\n");
    expect(lines[0]).toBe(
      "at,connection,phase,verdict,rule,ends,reason,state,person,decided,requester,endpoint,message",
    );
    expect(lines[1]).toContain(`,zones,${until},`);
    expect(lines[2]).toContain(`,zones,${dueAt} (revocation),`);
  });

  it("show beside the policy's verdict the person who decided, and are narrowed to what waits", async () => {
    const person = { id: "p", by: "ana", verdict: "approve", reason: "CHG-1" };
    const { out } = await onApp("connections --verdict hold --wait breaker", {
      "/api/connections": { connections: [{ ...held, phase: "Decided", person }] },
    });
    const [head, line] = out.split("\n");
    expect(head).toMatch(/^AT +CONNECTION +PHASE +STATE +VERDICT +PERSON +DECIDED +RULE +ENDS +REASON$/);
    expect(line?.split(/ {2,}/).slice(2, 7)).toEqual(["Decided", "Pending", "hold", "ana", "approve"]);
    expect(asked[0]).toContain("verdict=hold&wait=breaker");
    const csv = await onApp("connections --format csv", {
      "/api/connections": { connections: [{ ...held, phase: "Decided", person }] },
    });
    expect(csv.out).toMatch(/,Pending,ana,approve,,,\r\n$/);
  });

  it("are listed up to a hundred, and the table says that there are more", async () => {
    const many = Array.from({ length: 101 }, () => held);
    const { out, err } = await onApp("connections", { "/api/connections": { connections: many } });
    expect(out.trimEnd().split("\n")).toHaveLength(101);
    expect(err).toContain("there are more than these 100");
    const asJson = await onApp("connections --format json", { "/api/connections": { connections: many } });
    expect((JSON.parse(asJson.out) as unknown[]).length).toBe(101);
    const some = await onApp("connections --top 3", { "/api/connections": { connections: many } });
    expect(some.out.trimEnd().split("\n")).toHaveLength(4);
  });
});

describe("held", () => {
  it("exits with 1 where something waits for a person, and counts what waits for the mode", async () => {
    const pages = [
      { held: [held], waitingForWindow: 0, waitingForMode: 2, waitingForBreaker: 0, continuation: "next" },
      {
        held: [{ ...held, connection: connection("pe-two") }],
        waitingForWindow: 0,
        waitingForMode: 2,
        waitingForBreaker: 0,
      },
    ];
    const { code, out } = await onApp("held", { "/api/held": pages });
    expect(code).toBe(1);
    expect(out).toContain("apim-orders/pe-two");
    expect(out).toContain("waiting for the mode: 2\n");
    expect(asked[1]).toContain("continuation=next");
  });

  it("leaves its range to the app, which counts by it too", async () => {
    await onApp("held --last 24h", {
      "/api/held": { held: [], waitingForWindow: 0, waitingForMode: 0, waitingForBreaker: 0 },
    });
    await onApp("connections --last 7d --top 1", { "/api/connections": { connections: [] } });
    expect(asked).toEqual(["/api/held?top=1000&last=24h", "/api/connections?top=2&last=7d"]);
  });

  it("says who asks and what they wrote: short and inert in the table, whole as CSV", async () => {
    const requester = "22222222-2222-4222-8222-222222222222";
    const endpointId = `/subscriptions/${requester}/resourceGroups/rg-web/providers/Microsoft.Network/privateEndpoints/pe-one`;
    const message = `please\u001B[31m approve:\n  ${"we need this for the new shop ".repeat(3)}`;
    const answers = {
      "/api/held": {
        held: [{ ...held, endpointId, message }],
        waitingForWindow: 0,
        waitingForMode: 0,
        waitingForBreaker: 0,
      },
    };
    const table = await onApp("held", answers);
    expect(table.out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["AT", "CONNECTION", "REQUESTER", "MESSAGE", "RULE", "REASON"],
      [
        "2026-11-24T09:00:00.000Z",
        "apim-orders/pe-one.0123-4567",
        requester,
        "please [31m approve: we need this for t…",
        "zones",
        "no rule applies",
      ],
      [""],
    ]);
    const csv = await onApp("held --format csv", answers);
    expect(csv.out.split("\r\n")[1]).toMatch(
      new RegExp(`,${requester},${endpointId},please \\[31m approve: .*for the new shop$`),
    );
  });

  it("exits with 0 where nothing does", async () => {
    const none = { held: [], waitingForWindow: 3, waitingForMode: 0, waitingForBreaker: 1 };
    const { code, out } = await onApp("held", { "/api/held": none });
    expect({ code, out }).toEqual({
      code: 0,
      out: "nothing waits for a person\nwaiting for a change window: 3\nwaiting for a breaker: 1 (drawbridge health says which; connections --wait breaker lists them)\n",
    });
  });
});

describe("alerts", () => {
  it("are a table with severity and reason", async () => {
    const alert = {
      id: "a",
      type: "Drawbridge.ConnectionHeld",
      subject: connection("pe-one"),
      time: "2026-11-24T09:00:00.000Z",
      severity: "warning",
      data: { reason: "no rule applies" },
      sinks: [],
    };
    const { out } = await onApp("alerts --last 24h --severity warning", {
      "/api/alerts": { alerts: [alert] },
    });
    expect(out.split("\n")[1]).toBe(
      "2026-11-24T09:00:00.000Z  warning   ConnectionHeld  apim-orders/pe-one.0123-4567  no rule applies",
    );
    expect(out).toMatch(/^AT +SEVERITY /);
    expect(asked[0]).toContain("last=24h");
    const csv = await onApp("alerts --format csv", { "/api/alerts": { alerts: [alert] } });
    expect(csv.out).toMatch(/^time,severity,kind,subject,reason\r\n2026-11-24T09:00:00.000Z,warning,/);
  });

  it("name a breaker as filters and alerts do", async () => {
    const alert = {
      id: "b",
      type: "Drawbridge.BreakerOpened",
      subject: "breaker/requests",
      time: "2026-11-24T09:00:00.000Z",
      severity: "critical",
      data: {},
      sinks: [],
    };
    const { out } = await onApp("alerts", { "/api/alerts": { alerts: [alert] } });
    expect(out).toContain("  breaker/requests  ");
  });
});

describe("decisions", () => {
  it("are exported as jsonl up to --top, from a page that holds no more", async () => {
    const entries = Array.from({ length: 3 }, (_, index) => ({ id: `a-${index}` }));
    const page = { decisions: entries, continuation: "next" };
    const { out } = await onApp("decisions --format jsonl --top 2", { "/api/decisions": page });
    expect(out.trimEnd().split("\n")).toEqual(['{"id":"a-0"}', '{"id":"a-1"}']);
    expect(asked).toEqual(["/api/decisions?top=3&order=chain"]);
    const wrong = await onApp("decisions --format jsonl --top abc", {});
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--top is "abc"') as string });
  });
});

describe("decide", () => {
  it("prints the whole id of the connection that was decided", async () => {
    const decided = { connection: held.connection, applied: true, state: "Approved", decisionId: "d-1" };
    const { code, out } = await onApp("decide approve --connection apim-orders/pe-one --reason CHG-1", {
      "/api/connections/decide": decided,
    });
    expect({ code, out }).toEqual({
      code: 0,
      out: `recorded as d-1; ${held.connection} is Approved; the approval has no end\n`,
    });
  });

  it("says which instant a bare date is", async () => {
    const until = "2027-03-31T00:00:00.000Z";
    const decided = {
      connection: held.connection,
      applied: true,
      state: "Approved",
      decisionId: "d-1",
      until,
    };
    const approve = "decide approve --connection apim-orders/pe-one --reason CHG-1 --until";
    const byDate = await onApp(`${approve} 2027-03-31`, { "/api/connections/decide": decided });
    expect(byDate.out).toContain(`; the approval ends at ${until}, as that day begins in UTC\n`);
    const byInstant = await onApp(`${approve} 2027-03-31T00:00:00Z`, { "/api/connections/decide": decided });
    expect(byInstant.out).toContain(`; the approval ends at ${until}\n`);
  });
});
