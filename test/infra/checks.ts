import { alertProblems } from "./check-alerts.ts";
import { eventProblems } from "./check-events.ts";
import {
  assignmentNameProblems,
  documentedGrantProblems,
  grantProblems,
  roleProblems,
} from "./check-grants.ts";
import { resourceProblems } from "./check-resources.ts";
import { settingProblems } from "./check-settings.ts";
import { orderProblems, outputProblems, promptProblems } from "./check-templates.ts";
import type { Deployment } from "./deployment.ts";

/** What holds of the templates, each a function that returns what is wrong. */
export const checks: readonly (readonly [
  title: string,
  problems: (deployment: Deployment) => readonly string[],
])[] = [
  ["compile, and the linter has nothing to say, with every rule an error", ({ diagnostics }) => diagnostics],
  ["grant the identity what it needs and no more, on the narrowest scope", grantProblems],
  ["name each role assignment after its principal", assignmentNameProblems],
  [
    "assign no role that docs/operations.md does not list, on the scope that it lists",
    documentedGrantProblems,
  ],
  [
    "define the two roles as their JSON has them, and name built-in roles by their documented ids",
    roleProblems,
  ],
  ["give the app only settings that it knows, in mode observe unless told otherwise", settingProblems],
  ["let just the operations through that the functions read", eventProblems],
  ["declare each queue, container and table, with shared keys off", resourceProblems],
  ["make rights before what needs them, and topics before their subscriptions", orderProblems],
  ["ask for nothing: each parameter has a default or comes from azd's environment", promptProblems],
  ["tell no secret in their outputs, and ask for no key", outputProblems],
  ["raise alerts on lines that the app writes", alertProblems],
];
