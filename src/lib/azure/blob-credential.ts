import type { StorageSharedKeyCredential } from "@azure/storage-blob";
import type { TokenCredential } from "@azure/identity";
import { appIdentity } from "./identity.ts";

/** An account key, used only with the emulator on a laptop. */
export interface AccountKey {
  readonly name: string;
  readonly key: string;
}

/**
 * Over http there is no identity: the blob lies in the storage emulator, whose key the connection string of the state
 * has.
 */
export function emulatorKey(url: string, connectionString: string | undefined): AccountKey | undefined {
  if (new URL(url).protocol === "https:" || connectionString === undefined) return undefined;
  const part = (name: string) => new RegExp(`(?:^|;)${name}=([^;]+)`, "i").exec(connectionString)?.[1] ?? "";
  return { name: part("AccountName"), key: part("AccountKey") };
}

/** The credential for blobs: the app's identity, or the emulator's key. The SDKs are loaded on first use. */
export async function blobCredential(
  account: AccountKey | undefined,
): Promise<StorageSharedKeyCredential | TokenCredential> {
  if (account === undefined) return appIdentity();
  const { StorageSharedKeyCredential: Key } = await import("@azure/storage-blob");
  return new Key(account.name, account.key);
}
