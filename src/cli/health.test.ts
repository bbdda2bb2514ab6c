import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";

const { onApp } = answeringApp();

describe("health", () => {
  it("shows the problems of an app that answers 503, and exits with 1", async () => {
    const { code, out } = await onApp(
      "health",
      {
        "/api/health/details": {
          status: "degraded",
          problems: ["the policy does not load"],
          mode: "observe",
          policy: { name: null, hash: "x" },
          sweeps: null,
          addressChecks: { startedAt: "2026-11-24T09:00:00.000Z", endedAt: null },
        },
      },
      503,
    );
    expect(code).toBe(1);
    expect(out).toContain("status              degraded\n");
    expect(out).toContain("policy              (does not load), hash x\n");
    expect(out).toContain("last sweep          never\n");
    expect(out).toContain("last address check  running since 2026-11-24T09:00:00.000Z\n");
    expect(out).toContain("problem             the policy does not load\n");
  });

  it("shows what could not be read as such, and which services send no events", async () => {
    const details = { status: "ok", problems: [], sweeps: null, addressChecks: null };
    const breakers = { requests: null, approvals: "2026-11-24T09:00:00.000Z", eventsMissing: null };
    const unread = await onApp("health", {
      "/api/health/details": { ...details, breakers, eventPaths: null, stateUnread: "no answer" },
    });
    for (const row of [
      "last sweep",
      "event paths",
      "requests breaker",
      "approvals breaker",
      "revocations budget",
      "events",
    ])
      expect(unread.out).toContain(`${row.padEnd(20)}could not be read\n`);
    const eventsMissing = "2026-11-24T08:00:00.000Z";
    const missing = { ...breakers, eventsMissing, eventsMissingFrom: ["/one", "/two"] };
    const read = await onApp("health", {
      "/api/health/details": { ...details, breakers: missing, stateUnread: null },
    });
    expect(read.out).toContain("last sweep          never\n");
    expect(read.out).toContain("requests breaker    closed\n");
    expect(read.out).toContain(
      "approvals breaker   open since 2026-11-24T09:00:00.000Z; drawbridge held counts what waits for either breaker\n",
    );
    expect(read.out).not.toContain("revocations budget");
    expect(read.out).toContain(
      `events              missing since ${eventsMissing} of /one, /two; doctor shows`,
    );
  });

  it("shows the beginning of the policy's hash, and whether events of every subscription reach the app", async () => {
    const policy = { name: "mine", hash: "0123456789abcdef0123456789abcdef" };
    const shown = async (eventPaths: unknown) =>
      (
        await onApp("health", {
          "/api/health/details": { status: "ok", problems: [], policy, stateUnread: null, eventPaths },
        })
      ).out;
    const of = { readAt: "2026-11-24T09:00:00.000Z", problems: [] };
    const complete = await shown({ ...of, subscriptions: 1, present: 1, absent: 0, unknown: 0 });
    expect(complete).toContain("policy              mine, hash 0123456789ab\n");
    expect(complete).toContain("event paths         complete for 1 subscription\n");
    expect(await shown({ ...of, subscriptions: 4, present: 1, absent: 2, unknown: 1 })).toContain(
      "event paths         of 4 subscriptions: 2 missing, 1 unknown; drawbridge doctor says which, and why\n",
    );
    expect(await shown({ ...of, subscriptions: 2, present: 1, absent: 0, unknown: 1 })).toContain(
      "of 2 subscriptions: 1 unknown; ",
    );
    expect(await shown(null)).toContain(
      "event paths         not known before the first address check, which reads them\n",
    );
    expect(await shown(undefined)).not.toContain("event paths");
  });

  it("says that the last event is that of the instance that answered", async () => {
    const shown = async (lastEvent: string | null) =>
      (await onApp("health", { "/api/health/details": { status: "ok", problems: [], lastEvent } })).out;
    expect(await shown("2026-11-24T09:00:00.000Z")).toContain(
      "last event          2026-11-24T09:00:00.000Z, on the instance that answered\n",
    );
    expect(await shown(null)).toContain("last event          none since this instance started\n");
  });

  it("says until when a breaker is open, and how many tries to revoke the budget refused", async () => {
    const breakers = {
      requests: "2026-11-24T09:00:00.000Z",
      requestsUntil: "2026-11-24T10:00:00.000Z",
      approvals: null,
      approvalsUntil: null,
      revocationsRefused: 3,
      eventsMissing: null,
    };
    const details = {
      status: "degraded",
      problems: [],
      sweeps: null,
      addressChecks: null,
      stateUnread: null,
    };
    const { code, out } = await onApp("health", { "/api/health/details": { ...details, breakers } }, 503);
    expect(code).toBe(1);
    expect(out).toContain(
      "requests breaker    open since 2026-11-24T09:00:00.000Z, until 2026-11-24T10:00:00.000Z at the earliest; ",
    );
    expect(out).toContain(
      "revocations budget  used up until the next sweep; tries refused since the last one began: 3\n",
    );
  });
});
