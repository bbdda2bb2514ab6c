import type { ContainerClient } from "@azure/storage-blob";
import { ArchiveDiffers, type Archive } from "../archive/archive.ts";
import { minuteMs } from "../clock.ts";
import { blobCredential, type AccountKey } from "./blob-credential.ts";
import { azureError } from "./errors.ts";

const timeoutMs = minuteMs;

/** An archive in the blobs of a container, by its URL. An existing blob is never overwritten. */
export function archiveBlobs(url: string, account?: AccountKey): Archive {
  let place: Promise<ContainerClient> | undefined;
  return {
    put: async (name, text) => {
      const body = Buffer.from(text);
      const blob = (await (place ??= connect(url, account))).getBlockBlobClient(name);
      const abortSignal = AbortSignal.timeout(timeoutMs);
      try {
        const blobHTTPHeaders = { blobContentType: "application/jsonl" };
        const conditions = { ifNoneMatch: "*" };
        await blob.upload(body, body.length, { abortSignal, blobHTTPHeaders, conditions });
      } catch (error) {
        const { status } = azureError(error);
        if (status !== 409 && status !== 412) throw error;
        // Either from an attempt of ours that was interrupted after the write, or of another writer.
        const there = await blob.downloadToBuffer(0, undefined, { abortSignal });
        if (!there.equals(body)) throw new ArchiveDiffers(`the archive already has a different ${name}`);
      }
    },
  };
}

async function connect(url: string, account: AccountKey | undefined): Promise<ContainerClient> {
  const [{ ContainerClient: Client }, credential] = await Promise.all([
    import("@azure/storage-blob"),
    blobCredential(account),
  ]);
  return new Client(url, credential);
}
