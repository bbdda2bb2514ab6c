import { createServer, request as forward, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startAzurite } from "../../local/azurite.ts";
import { archiveProbes, policyProbes } from "../../src/lib/azure/blob-probes.ts";
import { checkStorage } from "../../src/lib/doctor/check-storage.ts";
import { stateProbes } from "../../src/lib/state/storage-probes.ts";
import { tableClient } from "../../src/lib/state/table-client.ts";

/**
 * What `doctor` finds of the rights on the app's storage. The emulator knows no roles: a proxy before it refuses as
 * Azure Storage does, with 403 and a code.
 */
let azurite: Awaited<ReturnType<typeof startAzurite>>;
beforeAll(async () => {
  azurite = await startAzurite();
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  for (const name of ["reviews", "alerts", "reevaluations", "events"])
    await queues.getQueueClient(name).create();
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  for (const name of ["archive", "policy"]) await blobs.getContainerClient(name).create();
  await blobs.getContainerClient("policy").getBlockBlobClient("policy.yaml").upload("x", 1);
});
afterAll(() => azurite.end());

/** Requests that the proxy refuses. */
let refuses: (request: IncomingMessage) => boolean;
let code: string;
const proxies: Server[] = [];
beforeEach(() => {
  refuses = () => false;
  code = "AuthorizationPermissionMismatch";
});
afterEach(() => {
  for (const each of proxies.splice(0)) each.close();
});

/** The connection string with every endpoint behind a proxy. */
async function proxied(): Promise<string> {
  let text = azurite.connectionString;
  for (const [, origin = ""] of azurite.connectionString.matchAll(/Endpoint=(http:\/\/[^/;]+)/g)) {
    const server = createServer((request, response) => {
      if (refuses(request)) {
        response.writeHead(403, { "x-ms-error-code": code, "content-type": "application/xml" });
        response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`);
        return;
      }
      const { method, headers, url } = request;
      request.pipe(
        forward(`${origin}${url}`, { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }),
      );
    });
    proxies.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    text = text.replace(origin, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  return text;
}

async function probes() {
  const connectionString = await proxied();
  const state = { kind: "connection-string", connectionString } as const;
  const part = (name: string) => new RegExp(`${name}=([^;]+)`).exec(connectionString)?.[1] ?? "";
  const account = { name: part("AccountName"), key: part("AccountKey") };
  const blobs = part("BlobEndpoint");
  return [
    ...stateProbes(state, tableClient(state)),
    ...policyProbes(`${blobs}/policy/policy.yaml`, account),
    ...archiveProbes(`${blobs}/archive`, account),
  ];
}

const check = async () =>
  (await checkStorage(await probes())).map(({ what, state, detail }) => [
    what.replace(/ at http.*/, ""),
    state,
    detail,
  ]);

const all = [
  "read the table drawbridge",
  "write the table drawbridge",
  "read the queue reviews",
  "read the queue alerts",
  "read the queue reevaluations",
  "read the queue events",
  "write the queue reviews",
  "read the policy",
  "read the archive",
  "write the archive",
];

describe("the rights on the storage", () => {
  it("are there, and trying them leaves nothing behind", async () => {
    expect(await check()).toEqual(all.map((what) => [what, "ok", "tried"]));
    const { connectionString } = azurite;
    const client = await tableClient({ kind: "connection-string", connectionString })();
    const rows = [];
    for await (const row of client.listEntities()) rows.push(row);
    expect(rows).toEqual([]);
    const reviews = QueueServiceClient.fromConnectionString(connectionString).getQueueClient("reviews");
    expect((await reviews.getProperties()).approximateMessagesCount).toBe(0);
    const archive = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("archive");
    const blobs = [];
    for await (const blob of archive.listBlobsFlat({ includeUncommitedBlobs: true })) blobs.push(blob);
    expect(blobs).toEqual([]);
  });

  it.each<[string, (request: IncomingMessage) => boolean]>([
    ["read the table drawbridge", ({ method, url }) => method === "GET" && /PartitionKey/.test(url ?? "")],
    ["write the table drawbridge", ({ method, url }) => method === "PUT" && /PartitionKey/.test(url ?? "")],
    ["read the queue events", ({ method, url }) => method === "GET" && /\/events\/messages/.test(url ?? "")],
    ["write the queue reviews", ({ method, url }) => method === "POST" && /\/reviews\//.test(url ?? "")],
    ["read the policy", ({ url }) => /\/policy\//.test(url ?? "")],
    ["read the archive", ({ method, url }) => method === "GET" && /\/archive/.test(url ?? "")],
    ["write the archive", ({ method, url }) => method === "PUT" && /\/archive\//.test(url ?? "")],
  ])("name the one that is missing: %s", async (what, refused) => {
    refuses = refused;
    const found = await check();
    expect(found.filter(([, state]) => state !== "ok")).toEqual([
      [what, "missing", expect.stringMatching(/^403/) as string],
    ]);
  });

  it("name the role and how it is granted", async () => {
    refuses = ({ method, url }) => method === "POST" && /\/reviews\//.test(url ?? "");
    code = "AuthorizationFailure";
    const found = await checkStorage(await probes());
    expect(found.find(({ state }) => state === "missing")).toEqual({
      what: "write the queue reviews",
      role: "Storage Queue Data Contributor",
      state: "missing",
      detail: "403 AuthorizationFailure",
      grant:
        "Assign Storage Queue Data Contributor on the storage account to the app's identity, or open the account's network rules to the app: infra/app does both.",
    });
  });

  it("are not testable where a queue is missing, or nothing answers in time", async () => {
    const attempts = [
      { what: "a", role: "r", attempt: () => new Promise(() => {}) },
      {
        what: "b",
        role: "r",
        attempt: () =>
          Promise.reject(Object.assign(new Error("x"), { statusCode: 404, code: "QueueNotFound" })),
      },
      {
        what: "c",
        role: "r",
        attempt: () =>
          Promise.reject(Object.assign(new Error("https://x/?sig=secret"), { code: "ENOTFOUND" })),
      },
    ];
    expect(await checkStorage(attempts, 100)).toEqual([
      { what: "a", role: "r", state: "not testable", detail: "no answer in time" },
      { what: "b", role: "r", state: "not testable", detail: "404 QueueNotFound" },
      { what: "c", role: "r", state: "not testable", detail: "ENOTFOUND" },
    ]);
  });
});
