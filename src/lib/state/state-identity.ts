import type { ManagedIdentityCredential } from "@azure/identity";
import type { StateConfig } from "../config/config.ts";

/** The identity that opens the state's storage account on Azure; the SDK is loaded when it is first needed. */
export async function stateIdentity({
  clientId,
}: Extract<StateConfig, { kind: "identity" }>): Promise<ManagedIdentityCredential> {
  const { ManagedIdentityCredential: Identity } = await import("@azure/identity");
  return clientId === undefined ? new Identity() : new Identity({ clientId });
}
