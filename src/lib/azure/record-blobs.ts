import { blobCredential, emulatorKey } from "./blob-credential.ts";

const listMax = 100_000;
/** The archive of alerts is beside it. */
const prefix = "decisions/";

/** The blobs of an archive, in order of their names; or one, if the address is that of a blob. */
export async function* recordBlobs(
  url: string,
  connectionString: string | undefined,
): AsyncGenerator<{ readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const { BlobClient, ContainerClient } = await import("@azure/storage-blob");
  const { pathname, searchParams } = new URL(url);
  // A shared access signature in the address is all that is needed.
  const isSigned = searchParams.has("sig");
  const credential = isSigned ? undefined : await blobCredential(emulatorKey(url, connectionString));
  const download = async function* (client: InstanceType<typeof BlobClient>): AsyncGenerator<Uint8Array> {
    const { readableStreamBody } = await client.download();
    if (readableStreamBody === undefined) throw new Error("the answer has no content");
    for await (const chunk of readableStreamBody)
      yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  };
  if (pathname.endsWith(".jsonl")) {
    const client = new BlobClient(url, credential);
    yield { name: client.name, bytes: download(client) };
    return;
  }
  const container = new ContainerClient(url, credential);
  let listed = 0;
  for await (const { name } of container.listBlobsFlat({ prefix })) {
    if (++listed > listMax) throw new Error(`the container holds more than ${listMax} blobs`);
    if (name.endsWith(".jsonl")) yield { name, bytes: download(container.getBlobClient(name)) };
  }
}
