import { createHash } from "node:crypto";
import type { BlobClient, ContainerClient } from "@azure/storage-blob";
import type { PolicyLook, PolicyStore } from "../config/watch-policy.ts";
import type { PolicyText } from "../policy/load.ts";
import { blobCredential, type AccountKey } from "./blob-credential.ts";
import { read } from "./read.ts";

/** A policy set is a handful of files; what is larger is something else. */
const blobsMax = 100;
const bytesMax = 1024 * 1024;
const isPolicyName = (name: string) => /\.(ya?ml|json)$/.test(name) && !name.endsWith(".schema.json");

/** A policy in a blob, or in the blobs of a container, by their URL. The SDK is loaded when it is first needed. */
export function policyBlobs(url: string, account?: AccountKey): PolicyStore {
  let place: ReturnType<typeof connect> | undefined;
  return {
    look: async (version) => {
      const found = await read(async (abortSignal) => {
        place ??= connect(url, account);
        return lookAt(await place, version, abortSignal);
      });
      return found.kind === "known" ? found.value : { kind: "unread", reason: found.reason };
    },
  };
}

interface Place {
  readonly container: ContainerClient;
  /** The one that is meant; undefined where every policy file of the container is. */
  readonly blob?: BlobClient;
}

interface Named {
  readonly name: string;
  readonly etag: string;
  readonly size: number;
}

async function connect(url: string, account: AccountKey | undefined): Promise<Place> {
  const { BlobClient, ContainerClient } = await import("@azure/storage-blob");
  const credential = await blobCredential(account);
  // `read` tries again itself.
  const options = { retryOptions: { maxTries: 1 } };
  if (!isPolicyName(new URL(url).pathname))
    return { container: new ContainerClient(url, credential, options) };
  const blob = new BlobClient(url, credential, options);
  const containerUrl = url.slice(
    0,
    url.lastIndexOf(`/${blob.containerName}/`) + blob.containerName.length + 1,
  );
  return { container: new ContainerClient(containerUrl, credential, options), blob };
}

async function lookAt(
  { container, blob }: Place,
  version: string | undefined,
  abortSignal: AbortSignal,
): Promise<PolicyLook> {
  const found = blob === undefined ? await list(container, abortSignal) : [await stateOf(blob, abortSignal)];
  const unusable = found.find(({ size }) => size > bytesMax);
  if (unusable !== undefined)
    return { kind: "unusable", problem: `the blob ${unusable.name} is larger than 1 MiB` };
  if (found.length > blobsMax)
    return { kind: "unusable", problem: `the container holds more than ${blobsMax} policy files` };
  const now = versionOf(found);
  if (now === version) return { kind: "unchanged" };
  const files = await Promise.all(found.map((each) => download(container, each, abortSignal)));
  return { kind: "read", version: now, files };
}

async function stateOf(blob: BlobClient, abortSignal: AbortSignal): Promise<Named> {
  const { etag = "", contentLength: size = 0 } = await blob.getProperties({ abortSignal });
  return { name: blob.name, etag, size };
}

async function list(container: ContainerClient, abortSignal: AbortSignal): Promise<readonly Named[]> {
  const found: Named[] = [];
  for await (const { name, properties } of container.listBlobsFlat({ abortSignal })) {
    const { etag, contentLength: size = 0 } = properties;
    if (isPolicyName(name)) found.push({ name, etag, size });
    if (found.length > blobsMax) break;
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Just the version that was listed: parts of two versions make a policy that nobody wrote. */
async function download(
  container: ContainerClient,
  { name, etag }: Named,
  abortSignal: AbortSignal,
): Promise<PolicyText> {
  const conditions = { ifMatch: etag };
  const body = await container
    .getBlobClient(name)
    .downloadToBuffer(0, undefined, { abortSignal, conditions });
  return { file: name, text: body.toString("utf8") };
}

function versionOf(found: readonly Named[]): string {
  const names = JSON.stringify(found.map(({ name, etag }) => [name, etag]));
  return createHash("sha256").update(names).digest("hex");
}
