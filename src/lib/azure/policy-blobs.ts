import { sha256 } from "../hash.ts";
import type { BlobClient, ContainerClient } from "@azure/storage-blob";
import type { PolicyRead, PolicyStore } from "../config/watch-policy.ts";
import type { PolicyText } from "../policy/source/policy-text.ts";
import { blobCredential, type AccountKey } from "./blob-credential.ts";
import { isPolicyName, isPolicyPath } from "../policy/check/policy-name.ts";
import { read } from "./retries.ts";

/** A policy set is a handful of small files. Anything larger is a mistake. */
const blobsMax = 100;
const bytesMax = 1024 * 1024;

/**
 * A policy in a blob, or in the blobs of a container, by their URL, with the blob of its parameters where one is named.
 * The SDK is loaded on first use.
 */
export function policyBlobs(url: string, account?: AccountKey, parameters?: string): PolicyStore {
  let source: ReturnType<typeof connect> | undefined;
  return {
    read: async (version) => {
      const found = await read(async (abortSignal) => {
        source ??= connect(url, account, parameters);
        return readSource(await source, version, abortSignal);
      });
      return found.kind === "known" ? found.value : { kind: "unread", reason: found.reason };
    },
  };
}

interface BlobSource {
  readonly container: ContainerClient;
  /** The named blob; undefined for every policy file of the container. */
  readonly blob?: BlobClient;
  /** The name of the blob with the parameters' values. */
  readonly parameters?: string;
}

interface Named {
  readonly name: string;
  readonly etag: string;
  readonly size: number;
}

async function connect(
  url: string,
  account: AccountKey | undefined,
  parameters: string | undefined,
): Promise<BlobSource> {
  const { BlobClient, ContainerClient } = await import("@azure/storage-blob");
  const credential = await blobCredential(account);
  // `read` does the retries.
  const options = { retryOptions: { maxTries: 1 } };
  if (!isPolicyName(new URL(url).pathname))
    return {
      container: new ContainerClient(url, credential, options),
      ...(parameters === undefined ? {} : { parameters }),
    };
  const blob = new BlobClient(url, credential, options);
  const containerUrl = url.slice(
    0,
    url.lastIndexOf(`/${blob.containerName}/`) + blob.containerName.length + 1,
  );
  const container = new ContainerClient(containerUrl, credential, options);
  // As in the package: from the folder that the policy's file is in.
  const folder = blob.name.slice(0, blob.name.lastIndexOf("/") + 1);
  return { container, blob, ...(parameters === undefined ? {} : { parameters: `${folder}${parameters}` }) };
}

async function readSource(
  source: BlobSource,
  version: string | undefined,
  abortSignal: AbortSignal,
): Promise<PolicyRead> {
  const { container, parameters } = source;
  const found = await namedIn(source, abortSignal);
  if (parameters !== undefined && !found.some(({ name }) => name === parameters))
    return {
      kind: "unusable",
      problem: `there is no blob ${parameters} beside the policy; DRAWBRIDGE_POLICY_PARAMETERS must name one, or be a JSON object`,
    };
  const unusable = found.find(({ size }) => size > bytesMax);
  if (unusable !== undefined)
    return { kind: "unusable", problem: `the blob ${unusable.name} is larger than 1 MiB` };
  if (found.length > blobsMax)
    return { kind: "unusable", problem: `the container holds more than ${blobsMax} policy files` };
  const now = versionOf(found);
  if (now === version) return { kind: "unchanged" };
  const texts = await Promise.all(found.map((each) => download(container, each, abortSignal)));
  const values = texts.find(({ file }) => file === parameters);
  const files = texts.filter((text) => text !== values);
  return { kind: "read", version: now, files, ...(values === undefined ? {} : { parameters: values }) };
}

/** The blobs of the policy and of its parameters, with their current versions. */
async function namedIn(
  { container, blob, parameters }: BlobSource,
  abortSignal: AbortSignal,
): Promise<readonly Named[]> {
  if (blob === undefined) return list(container, parameters, abortSignal);
  const values = parameters === undefined ? undefined : container.getBlobClient(parameters);
  const there = values !== undefined && (await values.exists({ abortSignal }));
  return Promise.all([blob, ...(there ? [values] : [])].map((each) => stateOf(each, abortSignal)));
}

async function stateOf(blob: BlobClient, abortSignal: AbortSignal): Promise<Named> {
  const { etag = "", contentLength: size = 0 } = await blob.getProperties({ abortSignal });
  return { name: blob.name, etag, size };
}

async function list(
  container: ContainerClient,
  parameters: string | undefined,
  abortSignal: AbortSignal,
): Promise<readonly Named[]> {
  const found: Named[] = [];
  for await (const { name, properties } of container.listBlobsFlat({ abortSignal })) {
    const { etag, contentLength: size = 0 } = properties;
    if (name === parameters || isPolicyPath(name)) found.push({ name, etag, size });
    if (found.length > blobsMax) break;
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads exactly the listed version: a mix of two versions is a policy that nobody wrote. */
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
  return sha256(names);
}
