import type { TokenCredential } from "@azure/identity";
import { anywhere, outside, type Reach } from "./lib/alerts/sinks/reach.ts";
import type { ArmAccess } from "./lib/azure/arm-clients.ts";
import { simulatorHttp } from "./lib/azure/arm-http.ts";
import { appIdentity } from "./lib/azure/identity.ts";

/** What the app is among: the one place in which a simulator differs from Azure. */
export interface Surroundings {
  readonly arm: ArmAccess;
  /** Where the sinks of alerts may be. */
  readonly sinks: Reach;
}

export const onAzure: Surroundings = {
  arm: { credential: appIdentity, through: (http) => http },
  sinks: outside,
};

/** `endpoint`: the loopback origin of a simulator, beside which the sinks are, too. */
export function onSimulator(endpoint: string): Surroundings {
  return {
    arm: {
      credential: () => Promise.resolve(simulatorCredential),
      through: (http) => simulatorHttp(http, endpoint),
    },
    sinks: anywhere,
  };
}

/** The last instant that a Date can hold. */
const never = 8_640_000_000_000_000;

/** Never a real one: a simulator gets a token that means nothing anywhere else. */
const simulatorCredential: TokenCredential = {
  getToken: () => Promise.resolve({ token: "simulated", expiresOnTimestamp: never }),
};
