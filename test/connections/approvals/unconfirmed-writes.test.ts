import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { policyFrom } from "../../../src/lib/config/load-policy.ts";
import type { Azure, Connection, Service } from "../../../src/lib/connections/azure-connections.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { mapRead, unknownRead } from "../../../src/lib/estate/read.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { startSlowAzure, type SlowAzure } from "../slow-azure.ts";
import { observationsOf } from "../observations.ts";

/**
 * Writes with contradictory or missing answers: no PUT is sent while another may be under way, or on an incomplete
 * read.
 */

let slow: SlowAzure;
beforeEach(async () => {
  slow = await startSlowAzure();
});
afterEach(() => slow.workbench.stop());

const { alertTypes, record } = observationsOf(() => slow.workbench);
const byHand = (id: ConnectionId, description: string) => {
  setConnectionState({ emit: () => {} }, slow.workbench.onAzure(id), "Approved", description);
};

function answering(more: Partial<Azure>): void {
  slow.azure = { ...slow.azure, ...more };
}
/** Azure, with some properties of the service replaced. */
function showing(change: (service: Service) => Partial<Service>): void {
  const { service } = slow.azure;
  answering({
    service: async (id) => mapRead(await service(id), (value) => ({ ...value, ...change(value) })),
  });
}
function showingConnection(change: (connection: Connection) => Connection): void {
  const { connection } = slow.azure;
  answering({ connection: async (id) => mapRead(await connection(id), change) });
}
const stateUntold = () => {
  showing(() => ({ provisioningState: unknownRead("not-in-answer") }));
};

async function passInSteps(
  ms: number,
  stepMs: number,
  each: () => Promise<unknown> = () => Promise.resolve(),
) {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await slow.pass(stepMs);
    await each();
  }
}

describe("a list that lacks a connection last seen Approved", () => {
  const under = (rule: string, id: ConnectionId) => {
    const text = `name: by counts\nrules:\n  - { name: counting, ${rule} }\ndefault: hold\n`;
    const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
    const request = {
      id,
      cause: "event",
      actor: "test",
      requestedAt: slow.workbench.services.clock.now(),
    } as const;
    return review(
      { ...slow.workbench.services, azure: slow.azure, policy: () => Promise.resolve(policy) },
      request,
    );
  };

  it.each([
    ["rejects", "if: { field: counts.fromSubscription, less: 1 }, then: { effect: reject }"],
    [
      "approves",
      "if: { allOf: [{ field: counts.fromSubscription, less: 1 }, { field: service.sku, exists: true }] }, then: { effect: approve }",
    ],
  ])("%s nobody", async (_, rule) => {
    const first = await slow.workbench.ask();
    byHand(first, "by ana");
    await slow.come(first);
    const id = await slow.workbench.ask();
    showing(({ connections }) => {
      const rest = mapRead(connections, (all) => all.filter((each) => each.id.text !== first.text));
      return { connections: rest };
    });
    expect(await under(rule, id)).toMatchObject({ verdict: "hold", applied: false });
    expect(slow.puts).toEqual([]);
  });
});

describe("a write with contradictory answers", () => {
  it("is not sent again because of an end that Azure has revoked since", async () => {
    slow.operationMs = 6 * minuteMs;
    const { operation } = slow.azure;
    let looks = 0;
    answering({
      operation: (id, address) =>
        ++looks % 3 === 1 ? Promise.resolve({ kind: "succeeded" }) : operation(id, address),
    });
    const id = await slow.workbench.ask();
    await slow.come(id);
    stateUntold();
    await passInSteps(9 * minuteMs, 15_000);
    expect(slow.puts).toHaveLength(1);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
  });

  it("is not sent again while the service's state is unknown", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    stateUntold();
    answering({ operation: () => Promise.resolve({ kind: "failed", code: "Odd" }) });
    await passInSteps(170_000, 5_000);
    expect(slow.puts).toHaveLength(1);
  });

  it("keeps the write lock as long as it lasts", async () => {
    slow.operationMs = 180 * minuteMs;
    const [id, other] = [await slow.workbench.ask(), await slow.workbench.ask()];
    await slow.come(id);
    await slow.come(other);
    await passInSteps(175 * minuteMs, 5 * minuteMs, async () => {
      await slow.come(id);
      await slow.come(other);
    });
    expect(slow.puts.map(({ text }) => text)).toEqual([id.text]);
    slow.operationMs = 175_000;
    await passInSteps(80 * minuteMs, minuteMs, () => slow.come(other, "sweep"));
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(await record(other)).toMatchObject({ phase: "Applied" });
    expect(alertTypes().filter((type) => type === "ConnectionSlow")).toHaveLength(1);
  });

  it("is sent again no sooner than Azure said, even if that is half an hour", async () => {
    slow.answers = [{ kind: "busy", code: "Busy", retryAfterMs: 30 * minuteMs }];
    const id = await slow.workbench.ask();
    await slow.come(id);
    await passInSteps(29 * minuteMs, minuteMs, () => slow.come(id));
    expect(slow.puts).toHaveLength(1);
    await passInSteps(5 * minuteMs, minuteMs, () => slow.come(id, "sweep"));
    expect(slow.puts).toHaveLength(2);
  });

  it("is not sent again after two stale answers a second apart", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    await passInSteps(5 * minuteMs, minuteMs);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    const { connection } = slow.azure;
    showingConnection((each) => ({ ...each, state: "Pending", description: "please" }));
    for (let times = 0; times < 5; times++) {
      await slow.come(id);
      await slow.pass(1_000);
    }
    answering({ connection });
    await passInSteps(5 * minuteMs, minuteMs);
    expect(slow.puts).toHaveLength(1);
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it.each([
    ["empty", ""],
    ["not told", undefined],
  ])("is ours even if its description is %s once", async (_, description) => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    const { connection } = slow.azure;
    const { description: _before, ...bare } = { description: "" };
    showingConnection(({ description: _told, ...each }) => ({
      ...each,
      ...bare,
      ...(description === undefined ? {} : { description }),
    }));
    await passInSteps(4 * minuteMs, minuteMs);
    await slow.come(id);
    answering({ connection });
    await passInSteps(4 * minuteMs, minuteMs);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });
});

describe("a line of requests at one service", () => {
  it("continues if Azure is always too busy for one of them", async () => {
    const [busy, other] = [await slow.workbench.ask(), await slow.workbench.ask()];
    const { setState } = slow.azure;
    answering({
      setState: (connection, state, description) => {
        if (connection.id.text !== busy.text) return setState(connection, state, description);
        slow.puts.push(busy);
        return Promise.resolve({ kind: "busy", code: "Conflict" });
      },
    });
    await slow.come(busy);
    await slow.come(other);
    await passInSteps(10 * minuteMs, 10_000);
    expect(await record(other)).toMatchObject({ phase: "Applied" });
  });

  it("is not overtaken by later requests", async () => {
    const ids = [await slow.workbench.ask(), await slow.workbench.ask(), await slow.workbench.ask()];
    for (const id of ids) {
      await slow.come(id);
      await slow.pass(1);
    }
    for (let minutes = 0; minutes < 15; minutes++) {
      await slow.pass(minuteMs);
      // Before the message for the next in line.
      await slow.come(await slow.workbench.ask());
    }
    expect(slow.puts.slice(0, 3).map(({ text }) => text)).toEqual(ids.map(({ text }) => text));
  });

  it("does not wait for a connection that waits for its own retry", async () => {
    const [first, second] = [await slow.workbench.ask(), await slow.workbench.ask()];
    slow.answers = [{ kind: "busy", code: "Conflict", retryAfterMs: minuteMs }];
    await slow.come(first);
    await slow.come(second);
    const { endpoint } = slow.azure;
    const firstEndpoint = slow.workbench.onAzure(first).endpointId.toLowerCase();
    answering({
      endpoint: (id) =>
        id.text.toLowerCase() === firstEndpoint ? Promise.resolve(unknownRead("timed-out")) : endpoint(id),
    });
    await passInSteps(6 * minuteMs, 5_000);
    expect(await record(second)).toMatchObject({ phase: "Applied" });
  });
});

describe("an approval that has a permit and is not sent", () => {
  it("does not count towards the hour's, whatever prevented it", async () => {
    const { ledger } = slow.workbench.services;
    for (let times = 0; times < 5; times++) {
      const id = await slow.workbench.ask();
      const request = {
        id,
        cause: "event",
        actor: "test",
        requestedAt: slow.workbench.services.clock.now(),
      } as const;
      const broken = { ...ledger, append: () => Promise.reject(new Error("the table is gone")) };
      const services = { ...slow.workbench.services, azure: slow.azure, ledger: broken };
      await expect(review(services, request)).rejects.toThrow("the table is gone");
    }
    const window = await slow.workbench.services.appState.read<{ minutes?: Record<string, number> }>(
      "breaker-approvals",
    );
    expect(Object.values(window?.minutes ?? {}).reduce((sum, each) => sum + each, 0)).toBe(0);
    expect(slow.puts).toEqual([]);
  });
});

describe("a trailing slash in an endpoint's id", () => {
  it("does not make it another connection", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    await passInSteps(5 * minuteMs, minuteMs);
    const { endpointId } = slow.workbench.onAzure(id);
    Object.assign(slow.workbench.onAzure(id), { endpointId: `${endpointId}/` });
    await slow.come(id);
    await slow.pass(minuteMs);
    await slow.come(id);
    expect(await record(id)).toMatchObject({ phase: "Applied", endpointId });
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });
});
