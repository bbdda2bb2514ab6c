import type { AlertType } from "./alert.ts";
import type { AlertKind } from "./kind.ts";
import { kindsOfAddresses } from "./kinds-of-addresses.ts";
import { kindsOfConnections } from "./kinds-of-connections.ts";
import { kindsOfTheApp } from "./kinds-of-the-app.ts";

/** Every alert type. docs/alerts.md is generated from it, and tests compare it with the alerts that the app raises. */
export const alertKinds: Readonly<Record<AlertType, AlertKind>> = {
  ...kindsOfConnections,
  ...kindsOfAddresses,
  ...kindsOfTheApp,
};
