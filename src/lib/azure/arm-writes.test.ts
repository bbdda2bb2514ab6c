import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Azure } from "../connections/azure-connections.ts";
import { armClients } from "./arm-clients.ts";
import { armWrites } from "./arm-writes.ts";
import { parseConnectionId, type ConnectionId } from "./resource-id.ts";
import { onSimulator } from "../../azure-or-simulator.ts";

/** The real client over HTTP, with recorded and possible answers. */
interface Scripted {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let server: Server;
let writes: Pick<Azure, "setState" | "operation">;
let answer: Scripted;
let seen: { readonly method: string; readonly url: string; readonly body: string }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    void answerIt(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  writes = armWrites(armClients(onSimulator(`http://127.0.0.1:${port}`).arm));
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  seen = [];
});

async function answerIt(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(request);
  seen.push({ method: request.method ?? "", url: request.url ?? "", body });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const armId =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/RG-Apim/providers/Microsoft.ApiManagement/service/Apim-Orders/privateEndpointConnections/Pe-One";
const id = parseConnectionId(armId) as ConnectionId;
const arm = "https://management.azure.com";
const operation = `${armId}/operationresults/YXBpbS1vcmRlcnNfQXBwcm92ZQ==?api-version=2024-05-01`;
const approve = () => writes.setState({ id, armId }, "Approved", "drawbridge 1: because");
const look = () => writes.operation(id, operation);

describe("a PUT", () => {
  it("contains only the connection's id in Azure's spelling, and the state", async () => {
    answer = { status: 202 };
    await approve();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.method).toBe("PUT");
    expect(seen[0]?.url).toBe(`${id.text}?api-version=2024-05-01`);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({
      id: armId,
      properties: {
        privateLinkServiceConnectionState: { status: "Approved", description: "drawbridge 1: because" },
      },
    });
  });

  it("that Azure accepts names the operation to poll, and when", async () => {
    answer = { status: 202, headers: { location: `${arm}${operation}`, "retry-after": "60" } };
    expect(await approve()).toEqual({ kind: "accepted", operation, retryAfterMs: 60_000 });
  });

  it("is polled by Azure-AsyncOperation if the answer has it", async () => {
    const status = `/subscriptions/${id.service.subscriptionId}/providers/Microsoft.ApiManagement/locations/westeurope/operationsStatuses/1?api-version=2024-05-01`;
    answer = {
      status: 202,
      headers: { location: `${arm}${operation}`, "azure-asyncoperation": `${arm}${status}` },
    };
    expect(await approve()).toEqual({ kind: "accepted", operation: status });
  });

  it.each([
    ["another host", `https://evil.example${operation}`],
    ["another thing of ARM's", `${arm}${id.service.text}?api-version=2024-05-01`],
    ["a path that climbs", `${arm}${armId}/operationresults/../../..?api-version=2024-05-01`],
    ["no address", "operationresults"],
    ["http", `http://management.azure.com${operation}`],
  ])("is not polled at %s", async (_, location) => {
    answer = { status: 202, headers: { location } };
    expect(await approve()).toEqual({ kind: "accepted" });
  });

  it("is complete if Azure answers with the connection", async () => {
    answer = { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
    expect(await approve()).toEqual({ kind: "accepted" });
  });

  it.each([
    [409, "PessimisticConcurrencyConflict", { kind: "busy", code: "PessimisticConcurrencyConflict" }],
    [422, "ManagementApiRequestFailed", { kind: "busy", code: "ManagementApiRequestFailed" }],
    [400, "InvalidValues", { kind: "refused", code: "400 InvalidValues" }],
    [403, "AuthorizationFailed", { kind: "refused", code: "403 AuthorizationFailed" }],
  ])("that is answered with %d has a known outcome", async (status, code, outcome) => {
    answer = {
      status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ error: { code, message: "no" } }),
    };
    expect(await approve()).toMatchObject(outcome);
  });

  it.each([500, 502, 504])("that is answered with %d is unclear", async (status) => {
    answer = { status, headers: { "content-type": "text/html" }, body: "<html>Bad Gateway</html>" };
    expect(await approve()).toMatchObject({ kind: "unclear" });
  });

  it("with a Retry-After is busy for that long", async () => {
    answer = { status: 429, headers: { "retry-after": "17" } };
    expect(await approve()).toMatchObject({ kind: "busy", retryAfterMs: 17_000 });
  });
});

const made = (status: string) => ({
  id: armId,
  properties: { privateLinkServiceConnectionState: { status, description: "drawbridge 1: because" } },
});

describe("an operation", () => {
  it("is read once, at the address that Azure named", async () => {
    answer = { status: 202, headers: { "retry-after": "60", location: `${arm}${operation}` } };
    expect(await look()).toEqual({ kind: "under-way", retryAfterMs: 60_000 });
    expect(seen).toMatchObject([{ method: "GET", url: operation }]);
  });

  const json = (status: number, body: object): Scripted => ({
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  it.each([
    ["the connection in its new state", json(200, made("Approved")), { kind: "succeeded" }],
    ["the connection as it was", json(200, made("Pending")), { kind: "unknown" }],
    ["a connection that says no state", json(200, { id: armId, properties: {} }), { kind: "unknown" }],
    ["another connection", json(200, { ...made("Approved"), id: `${armId}2` }), { kind: "unknown" }],
    ["an empty object", json(200, {}), { kind: "unknown" }],
    ["an empty body", { status: 200 }, { kind: "unknown" }],
    ["a page", { status: 200, body: "<html/>" }, { kind: "unknown" }],
    ["a status that is null", json(200, { status: null }), { kind: "unknown" }],
    ["a status that is a number", json(200, { status: 7 }), { kind: "unknown" }],
    ["a status that is empty", json(200, { status: "" }), { kind: "unknown" }],
    ["a refusal of something between", { status: 400, body: "<html/>" }, { kind: "unknown" }],
    ["a refusal without a body", { status: 400 }, { kind: "unknown" }],
    [
      "a refusal of the question",
      json(400, { error: { code: "InvalidApiVersionParameter" } }),
      { kind: "unknown" },
    ],
    ["nothing", { status: 204 }, { kind: "succeeded" }],
    ["a status of its own", json(200, { status: "InProgress" }), { kind: "under-way" }],
    ["success", json(200, { status: "succeeded" }), { kind: "succeeded" }],
    [
      "failure",
      json(200, { status: "Failed", error: { code: "InternalError" } }),
      { kind: "failed", code: "InternalError" },
    ],
    ["a refusal", json(400, { error: { code: "BadRequest" } }), { kind: "failed", code: "BadRequest" }],
    [
      "a refusal whose code is none",
      json(400, { error: { code: "<script>secret</script>" } }),
      { kind: "failed", code: "UnknownError" },
    ],
    ["a busy service", json(409, { error: { code: "Conflict" } }), { kind: "unknown" }],
    [
      "a throttle",
      { status: 429, headers: { "retry-after": "9" } },
      { kind: "unknown", reason: "throttled", retryAfterMs: 9_000 },
    ],
    ["a forgotten one", json(404, { error: { code: "ResourceNotFound" } }), { kind: "unknown" }],
    ["a missing right", json(403, { error: { code: "AuthorizationFailed" } }), { kind: "unknown" }],
    ["a busy Azure", { status: 503 }, { kind: "unknown" }],
    ["a page that is none", { status: 404, body: "<html/>" }, { kind: "unknown" }],
  ] as const)("that is answered with %s", async (_, scripted, status) => {
    answer = scripted;
    expect(await look()).toMatchObject(status);
  });

  it("at an address that is not an operation's is never read", async () => {
    answer = { status: 200 };
    for (const address of [`${id.service.text}?api-version=2024-05-01`, "/subscriptions/x?api-version=1"])
      expect(await writes.operation(id, address)).toEqual({ kind: "unknown", reason: "not-attempted" });
    expect(seen).toEqual([]);
  });
});
