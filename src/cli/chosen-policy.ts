import {
  mergeParameterValues,
  noParameterValues,
  parameterValuesOf,
  readParameterValues,
  type ParameterValues,
} from "../lib/policy/check/parameter-values.ts";
import { outlineOf, valuePrefix } from "../lib/policy/outline.ts";
import type { Problem } from "../lib/policy/source/problem.ts";
import { sanitizeText } from "../lib/sanitize-text.ts";
import { appAt } from "./app.ts";
import { Refused } from "./app-client.ts";
import type { Terminal } from "./command.ts";
import { CannotRun, UsageError } from "./exit-codes.ts";
import { defaultPolicy, givenParameters, policyWith, type PolicyAt } from "./policy-at.ts";

/** What `--policy` names instead of a path. */
export const policyOfApp = "app";

/** The options of every command that evaluates a policy on facts. */
export const policyOptions = {
  policy: {
    value: "<path or app>",
    description: `policy to evaluate; app is the one that the app runs, with its parameters (default DRAWBRIDGE_POLICY, or else the app's where the app is asked anyway, or else ${defaultPolicy})`,
  },
  parameters: {
    value: "<file or JSON>",
    description: "values for the policy's parameters; with the app's policy, instead of the app's values",
  },
} as const;

type Options = Readonly<Record<keyof typeof policyOptions, string | undefined>>;

/** A policy with what a person calls it. */
export interface ChosenPolicy extends PolicyAt {
  /** The path, or the name of the app's policy. */
  readonly what: string;
  /** Whether the values replace those with which the app loads its policy. */
  readonly replacesValues?: boolean;
}

/**
 * The policy of the options, or else of the app's settings in the environment, or else, where the command asks the app
 * anyway, the one that the app runs, or else `policies/default`.
 * @throws {CannotRun} where it cannot be read, or the app cannot be asked
 */
export async function choosePolicy(
  { policy, parameters }: Options,
  { asksApp }: { readonly asksApp: boolean },
  terminal: Terminal,
): Promise<ChosenPolicy> {
  const { DRAWBRIDGE_POLICY, DRAWBRIDGE_POLICY_PARAMETERS } = terminal.environment;
  const isInSettings = DRAWBRIDGE_POLICY !== undefined || DRAWBRIDGE_POLICY_PARAMETERS !== undefined;
  return policy === policyOfApp || (policy === undefined && asksApp && !isInSettings)
    ? readPolicyOfApp(parameters, terminal)
    : policyOfFiles(policy, parameters, terminal);
}

/** Says which policy is evaluated, and with which parameters. */
export function reportPolicy(
  { what, files, given }: ChosenPolicy,
  { err }: Pick<Terminal, "err">,
  as: "policy" | "against" = "policy",
): void {
  err(`${as}: ${what}; parameters: ${namesOf(given, files)}\n`);
}

/**
 * The policy at a path or of the settings. `option` is the one that has the parameters.
 * @throws {CannotRun} where it cannot be read
 */
export function policyOfFiles(
  path: string | undefined,
  parameters: string | undefined,
  terminal: Terminal,
  option?: string,
): ChosenPolicy {
  const { DRAWBRIDGE_POLICY, DRAWBRIDGE_POLICY_PARAMETERS } = terminal.environment;
  const place = path ?? DRAWBRIDGE_POLICY ?? defaultPolicy;
  if (/^https?:\/\//i.test(place))
    throw new UsageError(
      path === undefined
        ? "the setting DRAWBRIDGE_POLICY is a URL; name a folder or app with --policy"
        : `${path} is a URL; a policy is a folder, a file, or app`,
    );
  const isInSetting = parameters === undefined && path === undefined;
  const [given, from] = isInSetting
    ? [DRAWBRIDGE_POLICY_PARAMETERS, "DRAWBRIDGE_POLICY_PARAMETERS"]
    : [parameters, option];
  return { what: place, ...policyWith(place, given, terminal, from) };
}

/** The options that name a policy and its values. */
interface OptionNames {
  readonly policy: string;
  readonly parameters: string;
}

/**
 * The policy that the app runs.
 * @throws {CannotRun} where the app cannot be asked, or its policy does not load
 */
export async function readPolicyOfApp(
  parameters: string | undefined,
  terminal: Terminal,
  options: OptionNames = { policy: "--policy", parameters: "--parameters" },
): Promise<ChosenPolicy> {
  const { name, files, parameters: file, values } = await runningPolicy(terminal, options);
  const what = `"${sanitizeText(name, 200)}" of the app`;
  if (parameters !== undefined)
    return {
      what,
      files,
      replacesValues: true,
      ...givenParameters(undefined, parameters, terminal, options.parameters),
    };
  const problems: Problem[] = [];
  const own = file === null ? noParameterValues : readParameterValues(file, problems);
  const inSetting = parameterValuesOf(values, "DRAWBRIDGE_POLICY_PARAMETERS", problems);
  const given = mergeParameterValues(own, inSetting);
  return { what, files, given, problems };
}

async function runningPolicy(terminal: Terminal, options: OptionNames) {
  try {
    return await appAt(terminal).policy();
  } catch (error) {
    if (!(error instanceof Refused && error.status === 409)) throw error;
    // Values that are right do not help: the app gives no text to evaluate with them.
    throw new CannotRun(
      `of the app, ${error.message}; it cannot be tried from here with other values: name the policy's folder with ${options.policy}, and its values with ${options.parameters}`,
    );
  }
}

/** Names ignore case: they are printed as the policy declares them. */
function namesOf({ values }: ParameterValues, files: ChosenPolicy["files"]): string {
  if (values.size === 0) return "none given";
  const names = Object.keys(outlineOf(files, values)).filter((part) => part.startsWith(valuePrefix));
  return names.map((name) => sanitizeText(name.slice(valuePrefix.length), 200)).join(", ");
}
