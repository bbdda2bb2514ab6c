import type { AlertType } from "./alert.ts";
import type { AlertKind } from "./catalogue-entry.ts";
import { kindsOfAddresses } from "./catalogue-of-addresses.ts";
import { kindsOfConnections } from "./catalogue-of-connections.ts";
import { kindsOfTheApp } from "./catalogue-of-the-app.ts";

/**
 * Every alert type, with an example. docs/alerts.md is generated from it, and tests compare it with the alerts that the
 * app raises. The texts come from `reasons-of-connections.ts`, `reasons-of-addresses.ts` and `reasons-of-the-app.ts`,
 * with which the app raises them.
 */
export const alertKinds: Readonly<Record<AlertType, AlertKind>> = {
  ...kindsOfConnections,
  ...kindsOfAddresses,
  ...kindsOfTheApp,
};
