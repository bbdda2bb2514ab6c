import type { TokenCredential } from "@azure/identity";

/** The app's identity; AZURE_CLIENT_ID chooses among several, as the SDK documents. The SDK is loaded on first use. */
export async function appIdentity(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import("@azure/identity");
  return new DefaultAzureCredential();
}
