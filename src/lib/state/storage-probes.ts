import { randomUUID } from "node:crypto";
import type { TableClient } from "@azure/data-tables";
import type { QueueServiceClient } from "@azure/storage-queue";
import type { StateConfig } from "../config/config.ts";
import type { StorageProbe } from "../doctor/check-storage.ts";
import { stateIdentity } from "./state-identity.ts";

const tableRole = "Storage Table Data Contributor";
const queueRole = "Storage Queue Data Contributor";
const queues = ["reviews", "alerts", "reevaluations", "events"];
/**
 * A message that was not deleted expires before a function can see it for long. Azure wants it to live longer than it
 * hides.
 */
const hiddenSeconds = 59;
const aliveSeconds = 60;

/** Probes of the rights on the state's table and queues. */
export function stateProbes(config: StateConfig, table: () => Promise<TableClient>): readonly StorageProbe[] {
  let service: Promise<QueueServiceClient> | undefined;
  const queue = async (name: string) => (await (service ??= connect(config))).getQueueClient(name);
  return [
    {
      what: "read the table drawbridge",
      role: tableRole,
      attempt: async (abortSignal) => {
        await notFound(async () => (await table()).getEntity("probe", randomUUID(), { abortSignal }));
      },
    },
    {
      // A row that is not there is updated: the right is checked before the row is looked for.
      what: "write the table drawbridge",
      role: tableRole,
      attempt: async (abortSignal) => {
        const row = { partitionKey: "probe", rowKey: randomUUID() };
        const etag = `W/"datetime'2000-01-01T00%3A00%3A00.0000000Z'"`;
        await notFound(async () => (await table()).updateEntity(row, "Replace", { etag, abortSignal }));
      },
    },
    ...queues.map((name): StorageProbe => ({
      what: `read the queue ${name}`,
      role: queueRole,
      attempt: async (abortSignal) => (await queue(name)).peekMessages({ abortSignal }),
    })),
    {
      // The message is invisible, and deleted at once.
      what: "write the queue reviews",
      role: queueRole,
      attempt: async (abortSignal) => {
        const reviews = await queue("reviews");
        const { messageId, popReceipt } = await reviews.sendMessage("", {
          visibilityTimeout: hiddenSeconds,
          messageTimeToLive: aliveSeconds,
          abortSignal,
        });
        await reviews.deleteMessage(messageId, popReceipt, { abortSignal });
      },
    },
  ];
}

/** Resolves if the answer is that the row does not exist, which Azure tells only a caller with the right. */
async function notFound(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if ((error as { readonly statusCode?: unknown }).statusCode !== 404) throw error;
  }
}

async function connect(config: StateConfig): Promise<QueueServiceClient> {
  const { QueueServiceClient: Client } = await import("@azure/storage-queue");
  const options = { retryOptions: { maxTries: 1 } };
  return config.kind === "connection-string"
    ? Client.fromConnectionString(config.connectionString, options)
    : new Client(config.queueServiceUri, await stateIdentity(config), options);
}
