import { TableClient } from "@azure/data-tables";
import { createHttpHeaders, type PipelineRequest } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { ContinuationInvalid } from "../page.ts";
import { RowConflict } from "./rows.ts";
import { tableRows } from "./table-rows.ts";

/** Answers of a table that Azurite does not give. */
function answering(status: number, body: object = {}, headers: Readonly<Record<string, string>> = {}) {
  const httpClient = {
    sendRequest: (request: PipelineRequest) =>
      Promise.resolve({
        request,
        status,
        headers: createHttpHeaders({ "content-type": "application/json", ...headers }),
        bodyAsText: JSON.stringify(body),
      }),
  };
  const connection = "UseDevelopmentStorage=true";
  const options = { httpClient, retryOptions: { maxRetries: 0 }, allowInsecureConnection: true };
  const client = TableClient.fromConnectionString(connection, "t", options);
  return tableRows(() => Promise.resolve(client));
}

const key = { partition: "p", row: "r" };
/** A continuation in the SDK's form, as that of another table may be. */
const continuation = Buffer.from('{"nextPartitionKey":"x","nextRowKey":"y"}').toString("base64");
const listing = { partition: "p", prefix: "", top: 1 };

describe("a table's refusal", () => {
  it.each([400, 403, 500])("with %i is an error of every operation", async (status) => {
    const rows = answering(status);
    for (const ask of [
      () => rows.read(key),
      () => rows.list(listing),
      () => rows.remove(key, "e"),
      () => rows.commit("p", [{ kind: "insert", row: "r", value: {} }]),
    ])
      await expect(ask()).rejects.toMatchObject({ statusCode: status });
  });

  it("of a continuation is the caller's mistake, and any other refusal is not", async () => {
    const asked = { ...listing, continuation };
    await expect(answering(400).list(asked)).rejects.toThrow(ContinuationInvalid);
    await expect(answering(500).list(asked)).rejects.toMatchObject({ statusCode: 500 });
  });

  it("to remove a missing row is ignored, and of a changed row it is a conflict", async () => {
    await expect(answering(404).remove(key, "e")).resolves.toBeUndefined();
    await expect(answering(412).remove(key, "e")).rejects.toThrow(RowConflict);
  });
});

it("refuses a row without an etag, which could not be written again", async () => {
  const entity = { PartitionKey: "p", RowKey: "r" };
  await expect(answering(200, entity).read(key)).rejects.toThrow("without an etag");
});
