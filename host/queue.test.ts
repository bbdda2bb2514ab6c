import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { QueueClient } from "@azure/storage-queue";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { RegisteredFunction } from "./functions-core.ts";
import { drain, enqueue, queueClients } from "./queue.ts";
import type { Trigger } from "./invoke.ts";

const fn: RegisteredFunction = {
  metadata: { name: "f", bindings: { item: { type: "queueTrigger", direction: "in" } } },
  handler: () => undefined,
};

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
});

describe("a queue", () => {
  it("retries a message until its fifth attempt, then moves it to the poison queue", async () => {
    const name = `q-${randomUUID()}`;
    const storage = queueClients();
    const queue = await storage.client({ connectionString: inject("storage") }, name);
    const poison = await storage.client({ connectionString: inject("storage") }, `${name}-poison`);
    const attempts: Trigger[] = [];
    const run = (_: RegisteredFunction, trigger: Trigger): Promise<void> => {
      attempts.push(trigger);
      return trigger.data.string === "good" ? Promise.resolve() : Promise.reject(new Error("bad"));
    };
    await enqueue(queue, "bad");
    await enqueue(queue, "good");
    const settings = { batchSize: 16, maxDequeueCount: 5, visibilityTimeoutMs: 0 };
    const draining = drain(fn, { queue, poison, settings }, run, { signal: stop.signal, log: () => {} });
    for (let wait = 0; wait < 100 && attempts.length < 6; wait++) await sleep(100);
    await sleep(700);
    stop.abort();
    await draining;
    expect(
      attempts
        .filter(({ data }) => data.string === "bad")
        .map(({ metadata }) => metadata?.DequeueCount?.string),
    ).toEqual(["1", "2", "3", "4", "5"]);
    expect(attempts.filter(({ data }) => data.string === "good")).toHaveLength(1);
    const { peekedMessageItems } = await poison.peekMessages();
    expect(
      peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, "base64").toString()),
    ).toEqual(["bad"]);
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  });

  it("is read at once when this process adds a message, although it has been empty for long", async () => {
    const receivedAt: number[] = [];
    const client = {
      sendMessage: () => Promise.resolve(),
      receiveMessages: () => {
        receivedAt.push(performance.now());
        return Promise.resolve({ receivedMessageItems: [] });
      },
    } as unknown as QueueClient;
    const settings = { batchSize: 16, maxDequeueCount: 5, visibilityTimeoutMs: 0 };
    const reading = { signal: stop.signal, log: () => {} };
    const draining = drain(fn, { queue: client, poison: client, settings }, () => Promise.resolve(), reading);
    const received = async (count: number) => {
      while (receivedAt.length < count) await sleep(5);
    };
    // Now it waits for 800 ms.
    await received(5);
    await enqueue(client, "good");
    const addedAt = performance.now();
    await received(6);
    expect((receivedAt[5] ?? Infinity) - addedAt).toBeLessThan(400);
    stop.abort();
    await draining;
  });
});
