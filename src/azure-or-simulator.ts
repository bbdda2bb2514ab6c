import type { TokenCredential } from "@azure/identity";
import { anywhere, outside, type Reach } from "./lib/alerts/sinks/reach.ts";
import type { ArmAccess } from "./lib/azure/arm-pipeline.ts";
import { readOnlyHttp, simulatorHttp } from "./lib/azure/arm-http.ts";
import { appIdentity } from "./lib/azure/identity.ts";

/**
 * Where Azure and the sinks are: the real ones, or a simulator on this machine. The one place in which the two differ.
 */
export interface AzureEnvironment {
  readonly arm: ArmAccess;
  /** Where the sinks of alerts may be. */
  readonly sinks: Reach;
}

export const onAzure: AzureEnvironment = {
  arm: { credential: appIdentity, through: (http) => http },
  sinks: outside,
};

/** `endpoint`: the loopback origin of a simulator. The sinks are on the same machine. */
export function onSimulator(endpoint: string): AzureEnvironment {
  return {
    arm: {
      credential: () => Promise.resolve(simulatorCredential),
      through: (http) => simulatorHttp(http, endpoint),
    },
    sinks: anywhere,
  };
}

/** The same Azure, for a caller that must not be able to write. */
export function readOnly({ credential, through }: ArmAccess): ArmAccess {
  return { credential, through: (http) => readOnlyHttp(through(http)) };
}

/** The last instant that a Date can hold. */
const never = 8_640_000_000_000_000;

/** Never a real credential: its token is of no use anywhere but at a simulator. */
const simulatorCredential: TokenCredential = {
  getToken: () => Promise.resolve({ token: "simulated", expiresOnTimestamp: never }),
};
