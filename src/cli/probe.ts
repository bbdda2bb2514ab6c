import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseConnectionId, parseServiceId, type ServiceId } from "../lib/azure/resource-id.ts";
import { readArmEndpoint } from "../lib/config/arm-endpoint.ts";
import { toSafeJson } from "../lib/json.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { withFile } from "./policy-at.ts";
import { anonymiser } from "./probe/anonymise.ts";
import { approvingStep, readingSteps, type Step } from "./probe/steps.ts";
import { cleaned } from "./rows.ts";

export const probe = defineCommand({
  name: "probe",
  summary: "answer open questions about Azure on a tenant, and write what it saw as anonymous fixtures",
  usage: ["probe --service <ARM id> [--yes] [--approve <ARM id>] [--out <folder>]"],
  description: `For someone who has a tenant: what Azure really answers is not known for every case. Says before each step what it will do, and asks.
--yes answers for the steps that only read, which are made by a client that cannot write. The one step that writes approves a
connection that --approve names, and is always asked for. Nothing is ever deleted. Fixtures hold no names, ids, addresses or
texts of yours: everything but Azure's own words is replaced. Read them before you send them to anybody.`,
  options: {
    service: { value: "<ARM id>", description: "API Management service to look at" },
    approve: {
      value: "<ARM id>",
      description: "a Pending connection of the service to approve, to see what happens",
    },
    yes: { description: "do not ask before steps that only read" },
    out: { value: "<folder>", description: "folder of the fixtures (default probe)" },
  },
  noPaths: "name a service with --service",
  examples: [
    'probe --service "$SERVICE_ID" --yes',
    'probe --service "$SERVICE_ID" --approve "$CONNECTION_ID"',
  ],
  exit: { success: "every step that was allowed was done", findings: "steps were left out" },
  run: async ({ options }, terminal) => {
    const { approve, yes, out = "probe" } = options;
    const service = parseServiceId(options.service ?? "");
    if (service === undefined)
      throw new UsageError("--service must be the ARM id of an API Management service");
    const steps = [
      ...readingSteps(service),
      ...(approve === undefined ? [] : [approvalOf(approve, service)]),
    ];
    const endpoint = endpointOf(terminal);
    // Loaded here: the SDKs would slow the start of every other command down.
    const { probeAzure } = await import("./probe/probe-azure.ts");
    const azure = probeAzure(endpoint, terminal);
    const anonymous = anonymiser();
    let leftOut = 0;
    for (const step of steps) {
      terminal.out(`${step.name}: ${step.question}\n  It ${cleaned(step.does)}.\n`);
      if (!(await isAllowed(step, yes, terminal))) {
        leftOut++;
        terminal.out("  left out\n");
        continue;
      }
      const started = terminal.clock.now().getTime();
      const answers = await step.run(azure, (ms) => sleep(ms));
      const seconds = Math.round((terminal.clock.now().getTime() - started) / 1000);
      const recorded = answers.map(({ path, location, body, ...rest }) => ({
        ...rest,
        path: anonymous.path(path),
        ...(location === undefined ? {} : { location: anonymous.path(location) }),
        body: anonymous.value(body),
      }));
      write(out, `${step.name}.json`, { v: 1, step: step.name, seconds, answers: recorded }, terminal);
      terminal.out(`  ${answers.map(({ method, status }) => `${method} ${status}`).join(", ")}\n`);
    }
    return leftOut === 0 ? exitCodes.success : exitCodes.findings;
  },
});

function approvalOf(text: string, service: ServiceId): Step {
  const id = parseConnectionId(text);
  if (id?.service.text !== service.text)
    throw new UsageError("--approve must be the ARM id of a connection of the service");
  return approvingStep(id);
}

function endpointOf({ environment }: Terminal): string | undefined {
  const problems: string[] = [];
  const endpoint = readArmEndpoint(environment.DRAWBRIDGE_ARM_ENDPOINT, problems);
  if (problems.length > 0) throw new CannotRun(problems.join("; "));
  return endpoint;
}

/** A step that writes is asked for each time, whatever the options say. Without a terminal, nobody can answer. */
async function isAllowed({ writes }: Step, yes: boolean, { ask }: Terminal): Promise<boolean> {
  if (yes && !writes) return true;
  if (ask === undefined) return false;
  const answer = await ask(
    writes ? '  This changes something. Write "approve" to do it: ' : "  Do it? (y/n) ",
  );
  return writes ? answer.trim() === "approve" : /^y(es)?$/i.test(answer.trim());
}

function write(out: string, name: string, value: object, { folder }: Terminal): void {
  withFile(out, "written", () => {
    mkdirSync(resolve(folder, out), { recursive: true });
    writeFileSync(join(resolve(folder, out), name), `${toSafeJson(value, 2)}\n`);
  });
}
