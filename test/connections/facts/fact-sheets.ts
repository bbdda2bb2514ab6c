import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { factsOf } from "../../../src/lib/connections/facts/fact-sources.ts";
import type { Reservation } from "../../../src/lib/connections/ledger.ts";
import { readSnapshot } from "../../../src/lib/connections/facts/read-snapshot.ts";
import { printFacts } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import { connectionCatalogue } from "../../../src/lib/policy/language/fields.ts";
import { type Workbench } from "../../workbench.ts";

/** The facts of a connection on a workbench, as they are recorded with a decision. */
export async function factSheetOf(
  { services }: Workbench,
  id: ConnectionId,
  reservations: readonly Reservation[] = [],
) {
  const read = await services.azure.connection(id);
  if (read.kind === "unknown") throw new Error(`the connection is unknown: ${read.reason}`);
  const facts = factsOf(await readSnapshot(services, read.value, reservations));
  return { ...printFacts(facts, connectionCatalogue), id };
}

/** Requests a connection and returns its facts. */
export async function requestFactSheet(workbench: Workbench, request: Parameters<Workbench["ask"]>[0] = {}) {
  return factSheetOf(workbench, await workbench.ask(request));
}

/** Azure omits these while the connection is Pending (recorded); the address is in the network interface. */
export const omittedWhilePending = ["endpoint.applicationSecurityGroups", "endpoint.privateAddresses"];
export const unknownWhilePending = Object.fromEntries(
  omittedWhilePending.map((name) => [name, "not-in-answer"]),
);
