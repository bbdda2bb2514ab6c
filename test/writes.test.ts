import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Azure, OperationStatus, PutOutcome } from "../src/lib/connections/azure.ts";
import type { ConnectionId } from "../src/lib/azure/resource-id.ts";
import { review } from "../src/lib/connections/review.ts";
import { reviewService } from "../src/lib/connections/review-service.ts";
import { settle } from "../simulator/change-connection.ts";
import { knownRead, mapRead } from "../src/lib/estate/read.ts";
import { startWorkbench, type Workbench } from "./workbench.ts";

/**
 * Azure takes minutes for an approval (recorded: 175 s), and one write of a service at a time. Time is the bench's here: its own
 * Azure answers PUTs and operations, the simulator everything else.
 */
const minute = 60_000;
const operationMs = 175_000;

let bench: Workbench;
let azure: { -readonly [K in keyof Azure]: Azure[K] };
let puts: ConnectionId[];
/** What becomes of the next PUTs; taken, where nothing is said. */
let answers: PutOutcome[];
let underWay:
  { readonly id: ConnectionId; readonly doneAt: number; status: OperationStatus["kind"] } | undefined;

const now = () => bench.services.clock.now().getTime();
const types = () => bench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
const record = (id: ConnectionId) => bench.services.ledger.find(id);

beforeEach(async () => {
  bench = await startWorkbench();
  await bench.calm();
  [puts, answers, underWay] = [[], [], undefined];
  azure = {
    ...bench.services.azure,
    setState: ({ id }, state, description) => {
      puts.push(id);
      const answer = answers.shift();
      if (answer !== undefined) return Promise.resolve(answer);
      if (underWay !== undefined && now() < underWay.doneAt)
        return Promise.resolve({ kind: "busy", code: "PessimisticConcurrencyConflict" });
      underWay = { id, doneAt: now() + operationMs, status: "succeeded" };
      descriptions.set(id.text, { state, description });
      return Promise.resolve({
        kind: "accepted",
        operation: `${id.text}/operationresults/x==`,
        retryAfterMs: minute,
      });
    },
    operation: () => {
      if (underWay === undefined) return Promise.resolve({ kind: "unknown", reason: "not-found" });
      if (now() < underWay.doneAt) return Promise.resolve({ kind: "under-way", retryAfterMs: minute });
      return Promise.resolve(
        underWay.status === "failed" ? { kind: "failed", code: "InternalFailure" } : { kind: "succeeded" },
      );
    },
  };
});
afterEach(() => bench.stop());

const descriptions = new Map<
  string,
  { readonly state: "Approved" | "Rejected"; readonly description: string }
>();
const come = (id: ConnectionId, cause: "event" | "sweep" | "retry" | "http" = "event") =>
  review({ ...bench.services, azure }, { id, cause, actor: "test", requestedAt: bench.services.clock.now() });

/** Time passes; Azure does what it has taken, and the queue brings what has its time. */
async function pass(ms: number, { echo = true } = {}): Promise<void> {
  bench.pass(ms);
  if (underWay !== undefined && now() >= underWay.doneAt && underWay.status === "succeeded") {
    const { id } = underWay;
    const { state, description } = descriptions.get(id.text) ?? { state: "Approved", description: "" };
    if (bench.onAzure(id).status === "Pending") {
      settle({ emit: () => {} }, bench.onAzure(id), state, description);
      if (echo) await come(id);
    }
  }
  for (let at = 0; at < bench.queued.length;) {
    const message = bench.queued[at];
    if (message === undefined || message.at.getTime() > now()) at++;
    else {
      bench.queued.splice(at, 1);
      await come(message.id, "retry");
    }
  }
}

describe("an approval of three minutes", () => {
  it("is one PUT, however often its service is told of, and Applied when Azure shows it", async () => {
    const id = await bench.ask();
    expect(await come(id)).toMatchObject({ phase: "Applying", applied: false });
    for (let seconds = 0; seconds < 170; seconds += 10) {
      await pass(10_000);
      await come(id);
      await reviewService({ ...bench.services, azure }, id.service, {
        cause: "event",
        actor: "test",
        requestedAt: bench.services.clock.now(),
      });
    }
    expect(await record(id)).toMatchObject({ phase: "Applying", attempts: 0 });
    await pass(10_000);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(puts).toHaveLength(1);
    expect(types()).toEqual(["ConnectionApproved"]);
  });

  it("is Applied without any event, by its own looks", async () => {
    const id = await bench.ask();
    await come(id);
    for (let seconds = 0; seconds < 240; seconds += 10) await pass(10_000, { echo: false });
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(puts).toHaveLength(1);
  });

  it("that fails on Azure is told in the chain, and sent once more", async () => {
    const id = await bench.ask();
    await come(id);
    if (underWay !== undefined) underWay.status = "failed";
    await pass(operationMs);
    expect(await record(id)).toMatchObject({
      phase: "Decided",
      attempts: 1,
      difficulty: "Azure's operation failed (InternalFailure)",
    });
    for (let minutes = 0; minutes < 5; minutes++) await pass(minute);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(puts).toHaveLength(2);
  });

  it("that does not end in an hour is told, still looked at, and not sent again", async () => {
    const id = await bench.ask();
    await come(id);
    if (underWay !== undefined) underWay = { ...underWay, doneAt: now() + 3 * 60 * minute };
    for (let minutes = 0; minutes < 130; minutes += 2) {
      await pass(2 * minute);
      await come(id, "sweep");
    }
    expect(await record(id)).toMatchObject({ phase: "Failed" });
    expect(types()).toEqual(["ConnectionFailed"]);
    expect(puts).toHaveLength(1);
    for (let minutes = 0; minutes < 120; minutes += 10) {
      await pass(10 * minute);
      await come(id, "sweep");
    }
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(puts).toHaveLength(1);
  });

  it("that Azure is too busy for waits as long as Azure says, whoever asks meanwhile, and is no failure", async () => {
    const id = await bench.ask();
    answers = Array.from({ length: 12 }, () => ({
      kind: "busy" as const,
      code: "PessimisticConcurrencyConflict",
      retryAfterMs: 10 * minute,
    }));
    await come(id);
    for (let seconds = 0; seconds < 100; seconds += 10) {
      await pass(10_000);
      await come(id);
    }
    expect(puts).toHaveLength(1);
    for (let minutes = 0; minutes < 150; minutes++) await pass(minute);
    expect(puts).toHaveLength(13);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(types()).toEqual(["ConnectionApproved"]);
  });
});

describe("what a write takes, and leaves", () => {
  const approvals = async () =>
    Object.values(
      (await bench.services.appState.read<{ minutes: Record<string, number> }>("breaker-approvals"))
        ?.minutes ?? {},
    ).reduce((sum, count) => sum + count, 0);
  const entries = async () =>
    (await bench.services.ledger.entries({}, { top: 50 })).items.map((entry) =>
      entry.kind === "decision"
        ? entry.verdict.kind
        : entry.kind === "outcome"
          ? `${entry.phase}: ${entry.reason}`
          : "",
    );
  const refused: PutOutcome = { kind: "refused", code: "403 AuthorizationFailed" };

  it("is none of the hour's approvals while Azure is busy", async () => {
    const id = await bench.ask();
    answers = Array.from({ length: 6 }, () => ({ kind: "busy" as const, code: "409", retryAfterMs: minute }));
    await come(id);
    for (let minutes = 0; minutes < 16; minutes++) await pass(minute);
    expect(puts.length).toBe(7);
    expect(await approvals()).toBe(1);
  });

  it("is not sent again because one look at it fails, long after Azure spoke of it", async () => {
    const id = await bench.ask();
    await come(id);
    if (underWay !== undefined) underWay = { ...underWay, doneAt: now() + 30 * minute };
    for (let minutes = 0; minutes < 12; minutes++) await pass(minute);
    const { operation } = azure;
    azure = { ...azure, operation: () => Promise.resolve({ kind: "unknown", reason: "timed-out" }) };
    for (let minutes = 0; minutes < 4; minutes++) await pass(minute);
    azure = { ...azure, operation };
    for (let minutes = 0; minutes < 20; minutes++) await pass(minute);
    expect(puts).toHaveLength(1);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
  });

  it("is waited for where Azure shows a state that it does not document", async () => {
    const id = await bench.ask();
    const { connection } = azure;
    azure = {
      ...azure,
      connection: async (each) => {
        const read = await connection(each);
        return puts.length === 0 || read.kind === "unknown"
          ? read
          : { kind: "known", value: { ...read.value, state: "Succeeded" } };
      },
    };
    expect(await come(id)).toMatchObject({ phase: "Applying" });
    azure = { ...azure, connection };
    for (let minutes = 0; minutes < 5; minutes++) await pass(minute);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(types()).toEqual(["ConnectionApproved"]);
  });

  it("keeps its service's place when its connection's name passes to another endpoint", async () => {
    const [id, other] = [await bench.ask(), await bench.ask()];
    await come(id);
    const { endpointId } = bench.onAzure(id);
    bench.orders.connections.set(id.connectionName, {
      ...bench.onAzure(id),
      endpointId: `${endpointId}-again`,
    });
    bench.pass(30_000);
    await come(id);
    await come(other);
    expect(puts.map(({ text }) => text)).toEqual([id.text]);
    expect((await bench.services.ledger.head(id.service)).writing?.connection).toBe(id.text);
  });

  it("that nobody ever saw again stands in the chain as lost, before anything else is decided", async () => {
    const id = await bench.ask();
    answers = [{ kind: "unclear", code: "ECONNRESET" }];
    await come(id);
    bench.pass(11 * minute);
    await review(
      { ...bench.under({ landingZones: [] }).services, azure },
      { id, cause: "http", actor: "test", requestedAt: bench.services.clock.now() },
    );
    expect(await entries()).toEqual([
      "approve",
      "Decided: nothing was seen of the write; it is taken for lost",
      "hold",
    ]);
  });

  it("that never arrived is not taken for ours when a person approves", async () => {
    const id = await bench.ask();
    answers = [{ kind: "unclear", code: "ECONNRESET" }];
    await come(id);
    settle({ emit: () => {} }, bench.onAzure(id), "Approved", "by ana");
    bench.pass(minute);
    await come(id);
    expect(await record(id)).toMatchObject({ phase: "Overridden" });
    expect(types()).toEqual(["ConnectionOverridden"]);
  });

  it("that Azure refuses is told once, and leaves the place to the next at once", async () => {
    const ids = [await bench.ask(), await bench.ask(), await bench.ask()];
    answers = Array.from({ length: 30 }, () => refused);
    for (let hours = 0; hours < 4; hours++) {
      for (const id of ids) await come(id, "sweep");
      for (let seconds = 0; seconds < 10; seconds++) await pass(1_000);
      expect((await bench.services.ledger.head((ids[0] as ConnectionId).service)).writing).toBeUndefined();
      bench.pass(60 * minute);
    }
    expect(types()).toEqual(ids.map(() => "ConnectionFailed"));
    expect(await approvals()).toBe(0);
  });

  it("that is over within its attempt wakes who came behind it meanwhile", async () => {
    const [first, second] = [await bench.ask(), await bench.ask()] as const;
    const instance = bench.under({});
    azure = {
      ...azure,
      setState: async ({ id }) => {
        puts.push(id);
        if (id.text === first.text)
          await review(
            { ...instance.services, azure },
            { id: second, cause: "event", actor: "test", requestedAt: bench.services.clock.now() },
          );
        return refused;
      },
    };
    await come(first);
    expect((await record(second))?.queuedAt).toBeDefined();
    expect(bench.queued.map(({ id }) => id.text)).toContain(second.text);
  });
});

describe("a difficulty", () => {
  it("is one attempt, however many events tell of it before its time", async () => {
    const id = await bench.ask();
    await come(id);
    const { connection } = azure;
    const other = await bench.ask();
    azure = { ...azure, service: () => Promise.resolve({ kind: "unknown", reason: "throttled" }) };
    let reads = 0;
    azure = {
      ...azure,
      connection: (each) => {
        reads++;
        return connection(each);
      },
    };
    for (let seconds = 0; seconds < 10; seconds++) {
      await come(other);
      bench.pass(1_000);
    }
    expect(await record(other)).toMatchObject({ attempts: 1 });
    expect(reads).toBeLessThanOrEqual(2);
    expect(types()).toEqual([]);
  });
});

describe("ten requests at one service", () => {
  it("are decided at once, and written one after the other, a PUT each", async () => {
    const ids: ConnectionId[] = [];
    for (let index = 0; index < 10; index++) ids.push(await bench.ask());
    for (const id of ids) {
      await come(id);
      bench.pass(1);
    }
    const phases = await Promise.all(ids.map(async (id) => (await record(id))?.phase));
    expect(phases).toEqual(["Applying", ...Array.from({ length: 9 }, () => "Decided")]);
    expect(await bench.services.ledger.entries({ kind: "decision" }, { top: 20 })).toMatchObject({
      items: { length: 10 },
    });
    let minutes = 0;
    while (ids.some((id) => bench.onAzure(id).status === "Pending") && minutes++ < 60) await pass(minute);
    expect(puts.map(({ text }) => text)).toEqual(ids.map(({ text }) => text));
    expect(minutes).toBeLessThanOrEqual(40);
    await pass(minute);
    for (const id of ids) expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(types()).toEqual(ids.map(() => "ConnectionApproved"));
  });

  it("go on when the message that should have brought the next one is lost", async () => {
    const ids = [await bench.ask(), await bench.ask(), await bench.ask()];
    for (const id of ids) await come(id);
    for (let minutes = 0; minutes < 60; minutes += 5) {
      bench.queued.length = 0;
      await pass(5 * minute);
      for (const id of (await bench.sweep()).due) if (id.kind === "connection") await come(id, "sweep");
    }
    for (const id of ids) expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(puts).toHaveLength(3);
  });

  it("wait seconds and not minutes for a service that is still Updating, however long they stood in line", async () => {
    const updatingUntil = () => (underWay === undefined ? 0 : underWay.doneAt + 20_000);
    const { service } = azure;
    azure.service = async (id) => {
      const read = await service(id);
      const provisioningState = knownRead(now() < updatingUntil() ? "Updating" : "Succeeded");
      return mapRead(read, (value) => ({ ...value, provisioningState }));
    };
    const [first, second] = [await bench.ask(), await bench.ask()];
    await come(first);
    if (underWay !== undefined) underWay = { ...underWay, doneAt: now() + 40 * minute };
    await come(second);
    const ready = updatingUntil();
    while (now() < ready - 5_000) await pass(5_000);
    expect(await record(first)).toMatchObject({ phase: "Applied" });
    expect(puts).toHaveLength(1);
    for (let seconds = 0; seconds < 20; seconds += 5) await pass(5_000);
    expect(puts).toHaveLength(2);
  });

  it("are each reviewed once for all the events before, while they wait for Azure or stand in line", async () => {
    const requestedAt = bench.services.clock.now();
    const ids = [await bench.ask(), await bench.ask()];
    for (const id of ids) {
      await come(id);
      bench.pass(1);
    }
    for (const id of ids)
      expect(
        await review({ ...bench.services, azure }, { id, cause: "event", actor: "test", requestedAt }),
      ).toMatchObject({ reason: "reviewed since it was asked for" });
  });

  it("take no place in the hour's approvals while they wait", async () => {
    const capped = bench.under({ ceilings: { approvalsPerHour: 2 } });
    const ids: ConnectionId[] = [];
    for (let index = 0; index < 3; index++) ids.push(await bench.ask());
    const request = { cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    for (let times = 0; times < 4; times++)
      for (const id of ids) await review({ ...capped.services, azure }, { ...request, id });
    expect(types()).toEqual([]);
    expect((await record(ids[2] as ConnectionId))?.phase).toBe("Decided");
  });
});
