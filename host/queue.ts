import { setTimeout as sleep } from "node:timers/promises";
import { QueueServiceClient, type DequeuedMessageItem, type QueueClient } from "@azure/storage-queue";
import type { RegisteredFunction } from "./functions-core.ts";
import { describe, triggerOf, type Trigger } from "./invoke.ts";

export interface QueueSettings {
  readonly batchSize: number;
  readonly maxDequeueCount: number;
  /** How long a message stays hidden after its function failed. */
  readonly visibilityTimeoutMs: number;
}

export type QueueConnection =
  { readonly connectionString: string } | { readonly queueServiceUri: string; readonly clientId?: string };

/** Clients of storage queues. */
export interface Queues {
  client(connection: QueueConnection, name: string): Promise<QueueClient>;
}

/** Keeps one client for each queue, and creates queues that do not exist. */
export function queueClients(): Queues {
  const open = new Map<string, Promise<QueueClient>>();
  return {
    client: (connection, name) => {
      const key = `${JSON.stringify(connection)}\n${name}`;
      const client = open.get(key) ?? create(connection, name);
      open.set(key, client);
      return client;
    },
  };
}

async function create(connection: QueueConnection, name: string): Promise<QueueClient> {
  const client = (await serviceOf(connection)).getQueueClient(name);
  await client.createIfNotExists();
  return client;
}

async function serviceOf(connection: QueueConnection): Promise<QueueServiceClient> {
  if ("connectionString" in connection)
    return QueueServiceClient.fromConnectionString(connection.connectionString);
  const { ManagedIdentityCredential } = await import("@azure/identity");
  const { queueServiceUri, clientId } = connection;
  const credential =
    clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  return new QueueServiceClient(queueServiceUri, credential);
}

/**
 * Adds a message, in base64 as the Functions host writes and reads it, and notifies the reader of the queue in this
 * process.
 */
export async function enqueue(client: QueueClient, text: string): Promise<void> {
  await client.sendMessage(Buffer.from(text).toString("base64"));
  readers.get(client)?.();
}

/**
 * Notifies the reader of a queue that there is a message, as `SharedQueueWatcher` of the Functions host does for its
 * own outputs. So they are read at once although an idle queue is rarely polled.
 */
const readers = new WeakMap<QueueClient, () => void>();

/** How long a message is hidden while its function runs; renewed at half time. */
const hiddenSeconds = 60;
const idleMinMs = 50;
/** The Functions host's own default is a minute. Every poll of an idle queue costs the app and Azurite time. */
const idleMaxMs = 2_000;

type Run = (fn: RegisteredFunction, trigger: Trigger) => Promise<unknown>;
type Log = (line: string) => void;

interface Source {
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly settings: QueueSettings;
}

/**
 * Runs a function for the messages of its queue until the signal. After `maxDequeueCount` failures a message moves to
 * `<queue>-poison`.
 */
export async function drain(
  fn: RegisteredFunction,
  source: Source,
  run: Run,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<void> {
  const { queue, settings } = source;
  let idleMs = idleMinMs;
  let isNotified = false;
  let wake = () => {};
  readers.set(queue, () => {
    isNotified = true;
    wake();
  });
  while (!signal.aborted) {
    try {
      isNotified = false;
      const { receivedMessageItems: messages } = await queue.receiveMessages({
        numberOfMessages: Math.min(32, settings.batchSize),
        visibilityTimeout: hiddenSeconds,
        abortSignal: signal,
      });
      await Promise.all(messages.map((message) => processMessage(message, source, { fn, run, log })));
      idleMs = messages.length > 0 ? idleMinMs : Math.min(idleMaxMs, idleMs * 2);
    } catch (error) {
      if (signal.aborted) return;
      log(`[error] queue of ${fn.metadata.name}: ${describe(error)}`);
    }
    if (isNotified) continue;
    const woken = new AbortController();
    wake = () => {
      woken.abort();
    };
    await sleep(idleMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(
      (error: unknown) => {
        if (!signal.aborted && !woken.signal.aborted) throw error;
      },
    );
  }
}

async function processMessage(
  message: DequeuedMessageItem,
  { queue, poison, settings }: Source,
  { fn, run, log }: { readonly fn: RegisteredFunction; readonly run: Run; readonly log: Log },
): Promise<void> {
  let receipt = message.popReceipt;
  const renewal = setInterval(
    () => {
      queue.updateMessage(message.messageId, receipt, undefined, hiddenSeconds).then(
        ({ popReceipt }) => (receipt = popReceipt ?? receipt),
        (error: unknown) => {
          log(`[warning] could not renew the visibility timeout of a message: ${describe(error)}`);
        },
      );
    },
    (hiddenSeconds * 1000) / 2,
  );
  try {
    await run(fn, triggerFrom(message));
    await queue.deleteMessage(message.messageId, receipt);
  } catch (error) {
    log(
      `[error] ${fn.metadata.name}, attempt ${message.dequeueCount} of ${settings.maxDequeueCount}: ${describe(error)}`,
    );
    if (message.dequeueCount < settings.maxDequeueCount) {
      await queue.updateMessage(message.messageId, receipt, undefined, settings.visibilityTimeoutMs / 1000);
      return;
    }
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, receipt);
  } finally {
    clearInterval(renewal);
  }
}

function triggerFrom({
  messageText,
  messageId,
  dequeueCount,
  insertedOn,
  expiresOn,
  popReceipt,
}: DequeuedMessageItem): Trigger {
  return {
    data: { string: Buffer.from(messageText, "base64").toString() },
    metadata: {
      Id: { string: messageId },
      DequeueCount: { string: String(dequeueCount) },
      InsertionTime: { string: insertedOn.toISOString() },
      ExpirationTime: { string: expiresOn.toISOString() },
      PopReceipt: { string: popReceipt },
    },
  };
}

export function queueNameOf(fn: RegisteredFunction): string {
  return String(triggerOf(fn).queueName);
}
