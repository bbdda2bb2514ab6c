import { readDeclared } from "../lib/addresses/model/read-declared.ts";
import { readPolicyFiles } from "../lib/config/policy-files.ts";
import { toSafeJson } from "../lib/json.ts";
import { connectionCatalogue } from "../lib/policy/language/fields.ts";
import { load, type Loaded } from "../lib/policy/load.ts";
import { separatePolicies } from "../lib/policy/separate-policies.ts";
import { formatProblem, type Problem } from "../lib/policy/source/problem.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { counted } from "./counted.ts";
import { exitCodes } from "./exit-codes.ts";
import { adviceOnFolders, defaultPolicy, policyWith, withFile } from "./policy-at.ts";

export const check = defineCommand({
  name: "check",
  summary: "check policies, or declared addresses, for errors",
  usage: ["check [file or folder ...]", "check --addresses <file or folder>"],
  description: `Each path is one policy: a file, or a folder whose files, with those of its subfolders, are one policy (without the folders
parameters/ and cases/). The default is ${defaultPolicy}. Problems go to stderr as file:line:column: message.`,
  options: {
    addresses: { value: "<file or folder>", description: "check declared addresses instead" },
    mode: {
      choices: ["observe", "approve-only", "enforce"],
      description:
        "mode that the policy is meant for (default enforce); in observe, an approval by mistake and an impossible value are warnings instead of errors",
    },
    parameters: {
      value: "<file or JSON>",
      description:
        "values for the policy's parameters; a file is looked for here, and then in the policy's folder as DRAWBRIDGE_POLICY_PARAMETERS is",
    },
    "deny-warnings": { description: "also exit with 1 where there are only warnings" },
    format: { choices: ["text", "json"], description: "output (default text)" },
  },
  examples: [
    "check",
    "check policies/default --mode observe --format json",
    "check policies/default --deny-warnings",
    `check policies/default --parameters '{"landingZones": ["11111111-1111-4111-8111-111111111111"]}'`,
    "check --addresses addresses",
  ],
  exit: {
    success: "no errors",
    findings: "a policy, its parameters or the addresses have errors, or warnings with --deny-warnings",
  },
  run: ({ paths, options }, terminal) => {
    const { mode = "enforce", format = "text" } = options;
    if (options.addresses !== undefined) return checkAddresses(options.addresses, format, terminal);
    const checked = (paths.length === 0 ? [defaultPolicy] : paths).map((path) => {
      const { files, given, problems } = policyWith(path, options.parameters, terminal);
      const now = terminal.clock.now().getTime();
      const values = { ...given, enforcing: mode !== "observe", now };
      const loaded = load(files, connectionCatalogue, values);
      const folders = separatePolicies(files, loaded, values);
      return { path, loaded: problems.length === 0 ? loaded : withProblems(loaded, problems), folders };
    });
    if (format === "json") terminal.out(`${toSafeJson(checked.map(printJson), 2)}\n`);
    else for (const { path, loaded } of checked) printText(path, loaded, terminal);
    for (const { path, folders } of checked) terminal.err(adviceOnFolders(path, folders, checkEach));
    const isRight = ({ loaded }: (typeof checked)[number]) =>
      loaded.kind === "valid" && (!options["deny-warnings"] || loaded.warnings.length === 0);
    return checked.every(isRight) ? exitCodes.success : exitCodes.findings;
  },
});

function checkEach(folders: readonly string[]): string {
  return `check each: drawbridge check ${folders.join(" ")}`;
}

/** A policy whose parameters have problems is invalid. */
function withProblems(loaded: Loaded, problems: readonly Problem[]): Loaded {
  const isPartial = loaded.kind === "invalid" && loaded.isPartial;
  return { kind: "invalid", problems: [...problems, ...problemsOf(loaded)], isPartial };
}

function checkAddresses(path: string, format: "text" | "json", { out, err, folder }: Terminal): number {
  // As for the app, a folder without files declares nothing.
  const files = withFile(path, "read", () => readPolicyFiles(folder, path));
  const { declared, problems } = readDeclared(files);
  if (format === "json")
    out(`${toSafeJson({ addresses: path, valid: problems.length === 0, problems }, 2)}\n`);
  else for (const problem of problems) err(`${formatProblem(problem)}\n`);
  if (problems.length > 0) return exitCodes.findings;
  const none = files.length === 0 ? " (there is no .yaml, .yml or .json file in it)" : "";
  if (format === "text") out(`${path}: valid: ${counted(declared.length, "declared address set")}${none}\n`);
  return exitCodes.success;
}

function problemsOf(loaded: Loaded) {
  return loaded.kind === "valid" ? loaded.warnings : loaded.problems;
}

function printJson({ path, loaded }: { readonly path: string; readonly loaded: Loaded }) {
  const notes = loaded.kind === "valid" ? loaded.notes : [];
  return { policy: path, valid: loaded.kind === "valid", problems: [...problemsOf(loaded), ...notes] };
}

function printText(path: string, loaded: Loaded, { out, err }: Terminal): void {
  for (const problem of problemsOf(loaded)) err(`${formatProblem(problem)}\n`);
  const errors = problemsOf(loaded).filter(({ severity }) => severity === "error").length;
  const warnings = problemsOf(loaded).length - errors;
  if (loaded.kind === "invalid") {
    const more = loaded.isPartial ? "; more is checked once these are fixed" : "";
    out(`${path}: invalid: ${counted(errors, "error")}, ${counted(warnings, "warning")}${more}\n`);
    return;
  }
  for (const note of loaded.notes) err(`${formatProblem(note)}\n`);
  const { rules, limits, exemptions } = loaded.compiled.policy;
  const parts = [
    counted(rules.length, "rule"),
    counted(limits.length, "limit"),
    counted(exemptions.length, "exemption"),
  ];
  out(`${path}: valid: ${parts.join(", ")}; ${counted(warnings, "warning")}\n`);
}
