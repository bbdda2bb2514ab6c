import type { HttpClient } from "@azure/core-rest-pipeline";
import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { TokenCredential } from "@azure/identity";
import type { CallQuota } from "./call-quota.ts";
import { quotaPolicy, type Seen } from "./wait-for-quota.ts";
import { confined } from "./arm-http.ts";

/** How Azure Resource Manager is reached. */
export interface ArmAccess {
  readonly credential: () => Promise<TokenCredential>;
  readonly through: (http: HttpClient) => HttpClient;
}

export interface ArmClientsOptions {
  /** The quota of this instance; calls are unlimited if undefined. */
  readonly quota?: CallQuota;
  readonly seen?: Seen;
}

/** The credential and the options that every client of ARM shares. */
export type ArmPipeline = Awaited<ReturnType<typeof armPipeline>>;

/**
 * The SDKs do not retry. `withRetries` decides which reads are repeated and for how long. An approval must not be
 * repeated without reading the connection again.
 */
const none = { maxRetries: 0 };

export async function armPipeline(
  { credential: identify, through }: ArmAccess,
  { quota, seen }: ArmClientsOptions,
) {
  const [{ createDefaultHttpClient, createHttpHeaders }, credential] = await Promise.all([
    import("@azure/core-rest-pipeline"),
    identify(),
  ]);
  const options = {
    additionalPolicies: [
      confined,
      ...(quota === undefined ? [] : [quotaPolicy(quota, createHttpHeaders, seen)]),
    ].map((policy) => ({
      policy,
      position: "perRetry" as const,
    })),
    httpClient: through(createDefaultHttpClient()),
    retryOptions: none,
  };
  return { credential, options };
}

/** Resource Graph's client alone, for a caller that needs no other: the other SDKs are large, and are not loaded. */
export async function graphClient({ credential, options }: ArmPipeline): Promise<ResourceGraphClient> {
  const { ResourceGraphClient } = await import("@azure/arm-resourcegraph");
  return new ResourceGraphClient(credential, options);
}
