import { connectionWaits, approvalEnds, phases } from "../lib/connections/record/connection-record.ts";
import { verdictKinds } from "../lib/policy/evaluate/verdict.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { csvColumns, formats, rowOf, service, subscription } from "./connection-row.ts";
import { exitCodes } from "./exit-codes.ts";
import { pageOf, printList, rangeOptions, topOption } from "./listing.ts";

const columns = [
  "at",
  "connection",
  "phase",
  "state",
  "verdict",
  "person",
  "decided",
  "rule",
  "ends",
  "reason",
];
export const connections = defineCommand({
  name: "connections",
  summary: "list private endpoint connections with their phase and their last verdict",
  usage: [
    "connections [--service <name>] [--connection <name>] [--subscription <id>] [--requester <id>] [--phase <phase>] [--verdict <verdict>] [--rule <name>] [--end <how>] [--wait <for>] [--last <duration>]",
  ],
  description:
    "Asks the running app; newest first, by the time of the last decision, or of being first seen where there is none. --last, --from and --to are about that time too. STATE is that on Azure. VERDICT and --verdict are the policy's, or hold where a breaker keeps an approval waiting; PERSON is who decided instead, DECIDED what. table is for people and shortens names; every other format has whole ids.",
  options: {
    service,
    connection: {
      value: "<name>",
      description:
        "only this one: apim-orders/pe-payments, pe-payments where only one has that name, or its ARM id",
    },
    subscription,
    requester: { value: "<id>", description: "only of endpoints in this subscription" },
    phase: { choices: phases, description: "progress of the connection" },
    verdict: {
      choices: verdictKinds,
      description:
        "policy's verdict, also where a person decided otherwise; hold where a breaker keeps an approval waiting",
    },
    rule: { value: "<name>", description: "rule that decided" },
    end: {
      choices: approvalEnds,
      description: "approvals that end at a time, or whose revocation is announced",
    },
    wait: { choices: connectionWaits, description: "what it waits for, such as a breaker that is open" },
    ...rangeOptions,
    ...topOption,
    format: { choices: formats, description: "output (default table)" },
  },
  noPaths: "name a service with --service",
  examples: [
    "connections --phase Failed --last 24h",
    "connections --service apim-orders --format csv",
    "connections --wait breaker",
    "connections --requester 11111111-1111-4111-8111-111111111111 --verdict reject",
  ],
  exit: { success: "the connections were printed" },
  run: async ({ options: { format, top, ...filter } }, terminal) => {
    const items = appAt(terminal).connections({ ...filter, top: pageOf(top, format) });
    await printList(
      { items, row: rowOf, columns, csvColumns, empty: "no connections match" },
      { format, top },
      terminal,
    );
    return exitCodes.success;
  },
});
