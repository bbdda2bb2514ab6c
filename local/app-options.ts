import { resolve } from "node:path";
import type { ParseArgsConfig } from "node:util";
import { ofTheCommandLine } from "../src/lib/config/read-config.ts";
import { run } from "../src/cli/run.ts";
import { policyWith } from "../src/cli/policy-at.ts";

/** The options of `npm start` and `npm run demo` for a policy of one's own. */
export const appOptions = {
  policy: { type: "string" },
  parameters: { type: "string" },
  mode: { type: "string" },
} as const satisfies ParseArgsConfig["options"];

type AppOptions = { readonly [Name in keyof typeof appOptions]?: string };

export const appUsage = `  --policy my/                   a file or folder of yours instead of policies/default
  --parameters p.yaml            values of its parameters: a file, or a JSON object
  --mode observe                 observe, approve-only or enforce (default enforce)

Settings of the app (DRAWBRIDGE_*) in the environment are taken too; an option replaces its setting.`;

const modes: readonly string[] = ["observe", "approve-only", "enforce"];

/**
 * The settings of the app: those of the environment, except those that connect it to its Azure and to a client, and
 * those that options name.
 * @throws {Error} with a line for each problem of the policy or its parameters
 */
export async function settingsOf(
  environment: NodeJS.ProcessEnv,
  { policy, parameters, mode }: AppOptions,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const settings = fromEnvironment(environment);
  if (mode !== undefined && !modes.includes(mode))
    throw new Error(`--mode is "${mode}"; it must be one of ${modes.join(", ")}`);
  if (mode !== undefined) settings.DRAWBRIDGE_MODE = mode;
  if (policy === undefined && parameters === undefined) return settings;
  const path = policy ?? "policies/default";
  await check(path, parameters, mode, folder);
  settings.DRAWBRIDGE_POLICY = resolve(folder, path);
  const { values } = policyWith(path, parameters, { folder }).given;
  settings.DRAWBRIDGE_POLICY_PARAMETERS = JSON.stringify(Object.fromEntries(values));
  return settings;
}

function fromEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const excluded = ["DRAWBRIDGE_ARM_ENDPOINT", ...ofTheCommandLine];
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith("DRAWBRIDGE_") && !excluded.includes(entry[0]) && entry[1] !== undefined,
  );
  const settings = Object.fromEntries(entries);
  // The stack's parameters are for its own policy; another policy starts without any.
  return "DRAWBRIDGE_POLICY" in settings ? { DRAWBRIDGE_POLICY_PARAMETERS: "{}", ...settings } : settings;
}

/** Checks the policy before anything is started. */
async function check(
  path: string,
  parameters: string | undefined,
  mode: string | undefined,
  folder: string,
): Promise<void> {
  const said: string[] = [];
  const args = [
    "check",
    path,
    ...(parameters === undefined ? [] : ["--parameters", parameters]),
    ...(mode === undefined ? [] : ["--mode", mode]),
  ];
  const code = await run(args, {
    out: () => {},
    err: (text) => said.push(text),
    environment: {},
    folder,
    fetch,
    clock: { now: () => new Date() },
  });
  if (code !== 0)
    throw new Error(
      said
        .join("")
        .trimEnd()
        .replace(/^drawbridge check: /, "--policy: "),
    );
}
