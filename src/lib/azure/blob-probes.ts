import { randomUUID } from "node:crypto";
import type { StorageProbe } from "../doctor/check-storage.ts";
import { isPolicyName } from "../policy/check/policy-name.ts";
import { blobCredential, type AccountKey } from "./blob-credential.ts";
import { azureError } from "./errors.ts";

/** Probes of the right to read a policy, in a blob or in the blobs of a container. */
export function policyProbes(url: string, account?: AccountKey): readonly StorageProbe[] {
  return [
    {
      what: `read the policy at ${url}`,
      role: "Storage Blob Data Reader",
      attempt: async (abortSignal) => {
        const { BlobClient } = await import("@azure/storage-blob");
        if (!isPolicyName(new URL(url).pathname)) await listOne(url, account, abortSignal);
        else await new BlobClient(url, await blobCredential(account), once).getProperties({ abortSignal });
      },
    },
  ];
}

/** Probes of the rights on the container of the archive. */
export function archiveProbes(url: string, account?: AccountKey): readonly StorageProbe[] {
  const role = "Storage Blob Data Contributor";
  return [
    {
      what: `read the archive at ${url}`,
      role,
      attempt: (abortSignal) => listOne(url, account, abortSignal),
    },
    {
      // A blob that is not there is replaced, under a condition that fails: nothing could delete one under an
      // immutability policy.
      what: `write the archive at ${url}`,
      role,
      attempt: async (abortSignal) => {
        const { ContainerClient } = await import("@azure/storage-blob");
        const container = new ContainerClient(url, await blobCredential(account), once);
        try {
          const conditions = { ifMatch: '"0x0"' };
          await container
            .getBlockBlobClient(`probe-${randomUUID()}`)
            .upload("", 0, { abortSignal, conditions });
        } catch (error) {
          if (azureError(error).status !== 412) throw error;
        }
      },
    },
  ];
}

const once = { retryOptions: { maxTries: 1 } };

async function listOne(
  url: string,
  account: AccountKey | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const { ContainerClient } = await import("@azure/storage-blob");
  const container = new ContainerClient(url, await blobCredential(account), once);
  await container.listBlobsFlat({ abortSignal }).byPage({ maxPageSize: 1 }).next();
}
