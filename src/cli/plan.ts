import { readArmEndpoint } from "../lib/config/arm-endpoint.ts";
import type { ScopeConfig } from "../lib/config/config.ts";
import { readRateLimits } from "../lib/config/read-rate-limits.ts";
import { revokes } from "../lib/connections/revocation.ts";
import { InventoryUnread } from "../lib/estate/governed-services.ts";
import { planEstate } from "../lib/plan/plan.ts";
import { approvalsOnAzure } from "../lib/plan/plan-approval.ts";
import type { PlannedService, PlanServices } from "../lib/plan/plan-service.ts";
import {
  choosePolicy,
  policyOfApp,
  policyOfFiles,
  policyOptions,
  readPolicyOfApp,
  reportPolicy,
} from "./chosen-policy.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { cleaned } from "./rows.ts";
import { approvalsOfApp } from "./plan/app-approvals.ts";
import { loadEnforced } from "./plan/plan-policies.ts";
import { isFinding, rowsOf, withinBudget, type Plan, type ValidPolicy } from "./plan/plan-row.ts";
import { planFormats, printPlan } from "./plan/print-plan.ts";
import { planKey, savedPlan } from "./plan/saved-plan.ts";
import { unseenParts } from "./plan/unseen-scope.ts";
import { scopeFrom } from "./scope.ts";

export const plan = defineCommand({
  name: "plan",
  summary: "show what a policy would do with the connections that are on Azure now",
  usage: [
    "plan [--policy <path or app>] [--parameters <file or JSON>] [--scope <ids>] [--format <format>]",
    "plan --against <path or app> [--against-parameters <file or JSON>]",
  ],
  description: `Reads the governed services, their connections and everything that the policy asks about, with the account that is signed in
(az login), or on the simulator at DRAWBRIDGE_ARM_ENDPOINT, and evaluates the policy as the mode enforce does. It cannot write:
the client refuses every request that is not a read. Scope and policy come from the app's settings (DRAWBRIDGE_…) in the
environment of this command; an option replaces them.
A connection that would be approved counts for the limits of those after it. Breakers and rate limits are not
simulated: what is over them waits, and is done later.
What is Approved is part of it where the policy revokes (revoke: rejected), or where an approval ends. Who approved what, until
when, and what was announced is asked of the app at DRAWBRIDGE_URL; without one, only what Azure shows is known: the
descriptions of Drawbridge's approvals.
--against prints only what another policy decides otherwise: the one at a path, or the one that the app at DRAWBRIDGE_URL runs.`,
  options: {
    ...policyOptions,
    against: { value: "<path or app>", description: "only what differs from this policy" },
    "against-parameters": { value: "<file or JSON>", description: "values for the parameters of --against" },
    scope: {
      value: "<ids>",
      description:
        "ids of subscriptions, or ARM ids of management groups, resource groups and services, comma-separated",
    },
    resume: {
      value: "<file>",
      description:
        "save each service in this file, and continue from it where an earlier run was interrupted",
    },
    progress: { description: "report progress on stderr, as on a terminal" },
    format: { choices: planFormats, description: "output (default table)" },
  },
  noPaths: "name the policy with --policy",
  examples: [
    "plan --policy policies/default --scope 11111111-1111-4111-8111-111111111111",
    "plan --policy policies/mine --against app",
    "plan --policy policies/mine --against main/policies/mine --format sarif > plan.sarif",
  ],
  exit: {
    success: "nothing would be done, or nothing differs",
    findings: "connections would be decided, held, revoked or recertified, or the policies differ",
    failure:
      "wrong usage, a policy that does not load, or a file, the app or a part of the estate cannot be read",
  },
  run: async ({ options }, terminal) => {
    if (options["against-parameters"] !== undefined && options.against === undefined)
      throw new UsageError("--against-parameters is for the policy of --against, which is missing");
    const scope = scopeFrom(options.scope, terminal);
    const isAppNamed = terminal.environment.DRAWBRIDGE_URL !== undefined;
    // The app's policy is not compared with itself.
    const asksPolicy = { asksApp: isAppNamed && options.against !== policyOfApp };
    const chosen = await choosePolicy(options, asksPolicy, terminal);
    reportPolicy(chosen, terminal);
    const policy = loadEnforced(chosen, terminal);
    const other =
      options.against === undefined ? undefined : await chooseOther(options.against, options, terminal);
    if (other !== undefined) reportPolicy(other, terminal, "against");
    const against = other && loadEnforced(other, terminal);
    const asksApp = isAppNamed || [options.policy, options.against].includes(policyOfApp);
    const made = await readPlan(
      { scope, policy, ...(against === undefined ? {} : { against }), asksApp },
      options,
      terminal,
    );
    terminal.out(printPlan(made, options.format ?? "table", terminal.width));
    for (const each of made.unread) terminal.err(`not read: ${cleaned(each)}\n`);
    if (made.unread.length > 0) return exitCodes.failure;
    return made.rows.some(isFinding) ? exitCodes.findings : exitCodes.success;
  },
});

/** The policy of `--against`. */
function chooseOther(
  against: string,
  options: { readonly parameters: string | undefined; readonly "against-parameters": string | undefined },
  terminal: Terminal,
) {
  const own = options["against-parameters"];
  const parameters = "--against-parameters";
  if (against === policyOfApp) return readPolicyOfApp(own, terminal, { policy: "--against", parameters });
  return own === undefined
    ? policyOfFiles(against, options.parameters, terminal)
    : policyOfFiles(against, own, terminal, parameters);
}

interface Asked {
  readonly scope: ScopeConfig;
  readonly policy: ValidPolicy;
  readonly against?: ValidPolicy;
  /** Whether the app says what is recorded of approvals. */
  readonly asksApp: boolean;
}

/** Every connection in order of its id. */
async function readPlan(
  { scope, policy, against, asksApp }: Asked,
  {
    resume,
    progress,
    scope: named,
  }: {
    readonly resume: string | undefined;
    readonly progress: boolean;
    readonly scope: string | undefined;
  },
  terminal: Terminal,
): Promise<Plan> {
  const policies = against === undefined ? [policy] : [policy, against];
  const { perRun, approvals, records } = recordsOf(asksApp, terminal);
  if (!asksApp && policies.some((each) => revokes(each, "enforce")))
    terminal.err(
      "approvals: by their descriptions on Azure; DRAWBRIDGE_URL names no app whose records tell more\n",
    );
  const { endpoint, account, ...azure } = await azureOf(terminal);
  const services = { ...azure, approvals };
  const source = { records, endpoint, account: resume === undefined ? "" : await account() };
  const saved = savedPlan(resume, planKey(scope, policies, source), terminal);
  const found: PlannedService[] = [...saved.found];
  const before = new Set(found.map(({ service }) => service));
  if (before.size > 0) terminal.err(`${before.size} services are read already\n`);
  const reports = progress || terminal.isInteractive === true;
  const ended = await inventoryOf(terminal, () =>
    planEstate(services, {
      scope,
      policies,
      isPlanned: (service) => before.has(service),
      take: (planned) => {
        saved.save(planned);
        found.push(planned);
      },
      progress: (count) => {
        if (reports && count % 50 === 0) terminal.err(`${count} services read ...\n`);
      },
    }),
  );
  const unseen = await unseenParts(azure.azure, scope, found, named !== undefined);
  const unread = [
    ...found.flatMap((each) => each.unread),
    ...ended.undecided.map((id) => `${id} (whether it is governed is unknown)`),
    ...(ended.unreadable > 0 ? [`${ended.unreadable} services of the inventory`] : []),
    ...unseen,
  ];
  if (ended.services === 0 && ended.undecided.length === 0 && ended.unreadable === 0)
    throw new CannotRun(
      `no governed service is visible to the signed-in account; check the scope, and whether the account has Reader there${unseen.length === 0 ? "" : `: ${unseen.join("; ")}`}`,
    );
  if (unread.length === 0) saved.end();
  const all = found.flatMap(rowsOf).toSorted((a, b) => (a.connection < b.connection ? -1 : 1));
  const rows = withinBudget(all, perRun);
  return { policy, services: ended.services, rows, unread, ...(against === undefined ? {} : { against }) };
}

/** Where the records of approvals come from, and the app's budget of revocations. */
function recordsOf(asksApp: boolean, terminal: Terminal) {
  const { DRAWBRIDGE_URL, DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN: budget } = terminal.environment;
  const problems: string[] = [];
  const values = new Map(
    budget === undefined ? [] : [["DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN", budget] as const],
  );
  const { revocationsPerRun: perRun } = readRateLimits(values, problems);
  if (problems.length > 0) throw new CannotRun(problems.join("; "));
  const onAzure: PlanServices["approvals"] = (service) => Promise.resolve(approvalsOnAzure(service));
  return asksApp
    ? { perRun, approvals: approvalsOfApp(terminal), records: `app ${DRAWBRIDGE_URL}` }
    : { perRun, approvals: onAzure, records: "Azure" };
}

async function azureOf(terminal: Terminal) {
  const problems: string[] = [];
  const endpoint = readArmEndpoint(terminal.environment.DRAWBRIDGE_ARM_ENDPOINT, problems);
  if (problems.length > 0) throw new CannotRun(problems.join("; "));
  // Loaded here: the SDKs would slow the start of every other command down.
  const { azureReads } = await import("./plan/azure-reads.ts");
  return azureReads(endpoint, terminal);
}

async function inventoryOf<T>({ environment }: Terminal, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InventoryUnread)) throw error;
    const { DRAWBRIDGE_ARM_ENDPOINT: endpoint } = environment;
    const advice =
      endpoint === undefined
        ? "is an account signed in (az login), and may it read them? For the simulator set DRAWBRIDGE_ARM_ENDPOINT"
        : `may the account read them, and does the simulator run at ${endpoint} (DRAWBRIDGE_ARM_ENDPOINT)? Its port changes with each start`;
    throw new CannotRun(`${error.message}; ${advice}`);
  }
}
