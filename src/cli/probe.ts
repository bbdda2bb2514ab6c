import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../lib/azure/resource-id.ts";
import { readArmEndpoint } from "../lib/config/arm-endpoint.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { anonymiser } from "./probe/anonymise.ts";
import type { ProbeAzure } from "./probe/probe-azure.ts";
import { counted, printEnd, printFindings, printJson, printStep } from "./probe/report.ts";
import { runStep, type StepReport } from "./probe/run-step.ts";
import type { Step } from "./probe/step.ts";

export const probe = defineCommand({
  name: "probe",
  summary: "answer open questions about Azure on a tenant, and write what it saw as anonymous fixtures",
  usage: ["probe --service <ARM id> [--yes] [--approve <ARM id>] [--out <folder>] [--format <format>]"],
  description: `For someone who has a tenant: what Azure really answers is not known for every case. Reads the service first, and stops if it
cannot. Then says before each step what it will do, and asks; after it, what it found out, or why it could not.
--yes allows the steps that only read, which are made by a client that cannot write. The one step that writes approves a
connection that --approve names, and is always asked for, in a terminal. Nothing is ever deleted or rejected. Fixtures hold no
names, ids, addresses or texts of yours: everything but Azure's own words is replaced. Read them before you send them to anybody.
docs/deployment/unverified.md lists the questions, and those that it cannot answer.`,
  options: {
    service: { value: "<ARM id>", description: "API Management service to look at" },
    approve: {
      value: "<ARM id>",
      description: "a Pending connection of the service to approve, to see what happens",
    },
    yes: { description: "do not ask before steps that only read" },
    out: { value: "<folder>", description: "folder of the fixtures (default probe)" },
    format: {
      choices: ["table", "json"],
      description: "output (default table); with json, what people read goes to stderr",
    },
  },
  noPaths: "name a service with --service",
  examples: [
    'probe --service "$SERVICE_ID" --yes',
    'probe --service "$SERVICE_ID" --approve "$CONNECTION_ID"',
    'probe --service "$SERVICE_ID" --yes --format json > answers.json',
  ],
  exit: {
    success: "every question of the steps is answered",
    findings: "a step was left out, or a question could not be answered",
    failure:
      "wrong usage, the service or the connection of --approve cannot be read, or a fixture cannot be written",
  },
  run: async ({ options }, terminal) => {
    const { approve, yes, out = "probe", format } = options;
    const service = parseServiceId(options.service ?? "");
    if (service === undefined)
      throw new UsageError("--service must be the ARM id of an API Management service");
    const { azure, steps } = await prepare(
      service,
      approve === undefined ? undefined : approvalOf(approve, service),
      terminal,
    );
    const folder = resolve(terminal.folder, out);
    const say = format === "json" ? terminal.err : terminal.out;
    const context = { azure, anonymous: anonymiser(), yes, folder, terminal };
    const reports: StepReport[] = [];
    for (const step of steps) {
      say(printStep(step));
      const report = await runStep(step, context);
      reports.push(report);
      say(printFindings(report));
    }
    say(printEnd(reports, folder));
    if (format === "json") terminal.out(printJson(service.text, reports, folder));
    return counted(reports).unanswered === 0 ? exitCodes.success : exitCodes.findings;
  },
});

function approvalOf(text: string, service: ServiceId): ConnectionId {
  const id = parseConnectionId(text);
  if (id?.service.text !== service.text)
    throw new UsageError("--approve must be the ARM id of a connection of the service");
  return id;
}

/**
 * The steps, once the service and the connection of --approve were read.
 * @throws {CannotRun} if one of them cannot be read, or the connection is not Pending
 */
async function prepare(
  service: ServiceId,
  approve: ConnectionId | undefined,
  terminal: Terminal,
): Promise<{ readonly azure: ProbeAzure; readonly steps: readonly Step[] }> {
  const endpoint = endpointOf(terminal);
  // Loaded here: the SDKs would slow the start of every other command down.
  const [{ probeAzure }, { checkConnection, checkService }, { readingSteps }, { approvingStep }] =
    await Promise.all([
      import("./probe/probe-azure.ts"),
      import("./probe/check-target.ts"),
      import("./probe/reading-steps.ts"),
      import("./probe/approving-step.ts"),
    ]);
  const azure = probeAzure(endpoint, terminal.clock, (ms) => {
    if (terminal.isInteractive === true) terminal.err("  not over yet ...\n");
    return sleep(ms);
  });
  await checkService(azure, service, endpoint);
  const reading = readingSteps(service);
  if (approve === undefined) return { azure, steps: reading };
  const requested = await checkConnection(azure, approve, endpoint);
  return { azure, steps: [...reading, approvingStep(requested)] };
}

function endpointOf({ environment }: Terminal): string | undefined {
  const problems: string[] = [];
  const endpoint = readArmEndpoint(environment.DRAWBRIDGE_ARM_ENDPOINT, problems);
  if (problems.length > 0) throw new CannotRun(problems.join("; "));
  return endpoint;
}
