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
    expect(out).toContain("policy              (does not load)\n");
    expect(out).toContain("last sweep          never\n");
    expect(out).toContain("last address check  running since 2026-11-24T09:00:00.000Z\n");
    expect(out).toContain("problem             the policy does not load\n");
  });

  it("shows what could not be read as such, and which services send no events", async () => {
    const details = { status: "ok", problems: [], sweeps: null, addressChecks: null };
    const breakers = { requests: null, approvals: "2026-11-24T09:00:00.000Z", eventsMissing: null };
    const unread = await onApp("health", {
      "/api/health/details": { ...details, breakers, stateUnread: "no answer" },
    });
    for (const row of ["last sweep", "requests breaker", "approvals breaker", "revocations budget", "events"])
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
