import type { AlertType } from "./alert.ts";
import type { AlertKind } from "./kind.ts";
import { kindsOfAddresses } from "./kinds-of-addresses.ts";
import { kindsOfConnections } from "./kinds-of-connections.ts";
import { kindsOfTheApp } from "./kinds-of-the-app.ts";

/** Every kind that this version tells; docs/alerts.md is made of it, and tests hold what is really told against it. */
export const alertKinds: Readonly<Record<AlertType, AlertKind>> = {
  ...kindsOfConnections,
  ...kindsOfAddresses,
  ...kindsOfTheApp,
};
