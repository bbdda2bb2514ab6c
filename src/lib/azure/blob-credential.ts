import type { StorageSharedKeyCredential } from "@azure/storage-blob";
import type { TokenCredential } from "@azure/identity";
import { appIdentity } from "./identity.ts";

/** An account's key, where there is no identity: on a laptop alone. */
export interface AccountKey {
  readonly name: string;
  readonly key: string;
}

/** What opens a blob: the app's identity, or the emulator's key. The SDKs are loaded when it is first needed. */
export async function blobCredential(
  account: AccountKey | undefined,
): Promise<StorageSharedKeyCredential | TokenCredential> {
  if (account === undefined) return appIdentity();
  const { StorageSharedKeyCredential: Key } = await import("@azure/storage-blob");
  return new Key(account.name, account.key);
}
