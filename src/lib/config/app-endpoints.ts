import { isGuid } from "../guid.ts";
import type { AppEndpoints, StateConfig } from "./config.ts";

/**
 * Where this app receives events: its function app, by the variables that the platform sets, and the account of its
 * queues. `WEBSITE_OWNER_NAME` begins with the app's subscription and a plus.
 */
export function readAppEndpoints(
  environment: Readonly<Record<string, string | undefined>>,
  state: StateConfig,
): AppEndpoints {
  const { WEBSITE_SITE_NAME: site, WEBSITE_HOSTNAME: hostname, WEBSITE_OWNER_NAME: owner = "" } = environment;
  const [subscription = ""] = owner.toLowerCase().split("+");
  const stateAccount = accountOf(state);
  return {
    ...(site === undefined ? {} : { site }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(isGuid(subscription) ? { siteSubscription: subscription } : {}),
    ...(stateAccount === undefined ? {} : { stateAccount }),
  };
}

function accountOf(state: StateConfig): string | undefined {
  if (state.kind === "connection-string")
    return /(?:^|;)AccountName=([^;]+)/i.exec(state.connectionString)?.[1];
  return URL.canParse(state.queueServiceUri)
    ? new URL(state.queueServiceUri).hostname.split(".")[0]
    : undefined;
}
