import { userInfo } from "node:os";
import { addressKinds } from "../lib/addresses/model/tier.ts";
import { toSafeJson } from "../lib/json.ts";
import { Refused } from "./app-client.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";

/** Answers that are about the addresses, and not about how the command was called. */
const statesOfAddresses = [403, 404, 409];

export const acknowledge = defineCommand({
  name: "acknowledge",
  summary: "accept the current addresses of a resource as its new baseline",
  usage: [
    "acknowledge --resource <name> --addresses <a,b,...|none> --reason <why> [--kind <kind>] [--location <region>] [--by <who>]",
  ],
  description: `Asks the running app. Name every current address of what drifted (drawbridge addresses --drifted shows them), so that no
address is acknowledged that nobody has seen. Without --kind and --location, all drifted addresses of the resource are included.`,
  options: {
    resource: {
      value: "<name>",
      description: "service or public IP address resource (required): apim-orders, or its ARM id",
    },
    addresses: { value: "<a,b,...|none>", description: "every current address of what drifted (required)" },
    reason: { value: "<why>", description: "why they are right; kept in the history (required)" },
    kind: { choices: addressKinds, description: "kind of addresses" },
    location: { value: "<region>", description: "Azure region" },
    by: { value: "<who>", description: "who acknowledges (default: the name of this machine's user)" },
    format: { choices: ["text", "json"], description: "output (default text)" },
  },
  noPaths: "name the resource with --resource",
  examples: [
    'acknowledge --resource "$SERVICE_ID" --addresses 203.0.113.10,203.0.113.11 --reason "zones added, CHG-4711"',
    'acknowledge --resource "$SERVICE_ID" --kind private --addresses none --reason "left the virtual network"',
  ],
  exit: {
    success: "the addresses are the baseline now, or were it before",
    findings:
      "the app refuses, because other addresses are current or they are declared, unknown or not governed",
  },
  run: async (
    { options: { resource, addresses, reason, by = userInfo().username, format, ...where } },
    terminal,
  ) => {
    if (resource === undefined || addresses === undefined || reason === undefined)
      throw new UsageError("--resource, --addresses and --reason are required");
    const listed = addresses === "none" ? [] : addresses.split(",").map((each) => each.trim());
    const acknowledgement = { resource, addresses: listed, reason, by, ...where };
    try {
      const answer = await appAt(terminal).acknowledge(acknowledgement);
      const said = answer.outcome === "unchanged" ? "already the baseline" : "acknowledged";
      terminal.out(format === "json" ? `${toSafeJson(answer, 2)}\n` : `${said}\n`);
      return exitCodes.success;
    } catch (error) {
      if (!(error instanceof Refused) || !statesOfAddresses.includes(error.status)) throw error;
      terminal.err(`drawbridge acknowledge: ${error.message}\n`);
      return exitCodes.findings;
    }
  },
});
