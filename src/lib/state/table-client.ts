import type { TableClient } from "@azure/data-tables";
import type { StateConfig } from "../config/config.ts";
import { stateIdentity } from "./state-identity.ts";

const tableName = "drawbridge";

/** The table's client, made when it is first needed; the table is created where it is missing. */
export function tableClient(config: StateConfig): () => Promise<TableClient> {
  let client: Promise<TableClient> | undefined;
  return () => {
    client ??= open(config).catch((error: unknown) => {
      // The next call tries again: storage that was down at start must not stay down for this process.
      client = undefined;
      throw error;
    });
    return client;
  };
}

async function open(config: StateConfig): Promise<TableClient> {
  const client = await connect(config);
  await client.createTable();
  return client;
}

async function connect(config: StateConfig): Promise<TableClient> {
  const { TableClient } = await import("@azure/data-tables");
  if (config.kind === "connection-string") {
    const allowInsecureConnection = /(^|;)(UseDevelopmentStorage=true|TableEndpoint=http:)/i.test(
      config.connectionString,
    );
    return TableClient.fromConnectionString(config.connectionString, tableName, { allowInsecureConnection });
  }
  return new TableClient(config.tableServiceUri, tableName, await stateIdentity(config));
}
