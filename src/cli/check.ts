import { readDeclared } from "../lib/addresses/model/declared.ts";
import { toSafeJson } from "../lib/json.ts";
import { connectionCatalogue } from "../lib/policy/language/field.ts";
import { load, type Loaded } from "../lib/policy/load.ts";
import { formatProblem, type Problem } from "../lib/policy/source/problem.ts";
import { oneOf, readArguments } from "./arguments.ts";
import { findings, fine, type Command, type Terminal } from "./command.ts";
import { defaultPolicy, policyAt, policyWith } from "./policy-at.ts";

export const check: Command = {
  name: "check",
  summary: "load and lint a policy",
  usage: `drawbridge check [file or folder ...]      (default: ${defaultPolicy})
drawbridge check --addresses <file or folder>

Each path is one policy: a file, or a folder, whose files and those of its own folders make one set (folders parameters/
and cases/ are left out). With --addresses, declared addresses are checked.

  --mode observe|approve-only|enforce   what the policy is meant for (default enforce); what could approve by
                                        mistake is an error where it is enforced, and a warning in observe
  --parameters <file or JSON>           values for the policy's parameters; a file's path is from here, or from the
                                        policy's folder as in DRAWBRIDGE_POLICY_PARAMETERS
  --format text|json

Problems go to stderr as file:line:column: message. Exits with 0 where it loads, 1 where it does not.`,
  run: (args, terminal) => {
    const { paths, options } = readArguments(args, ["mode", "parameters", "format", "addresses"]);
    const mode = oneOf("mode", options.mode, ["observe", "approve-only", "enforce"]) ?? "enforce";
    const format = oneOf("format", options.format, ["text", "json"]) ?? "text";
    if (options.addresses !== undefined) return checkAddresses(options.addresses, format, terminal);
    const enforcing = mode !== "observe";
    const checked = (paths.length === 0 ? [defaultPolicy] : paths).map((path) => {
      const { files, given, problems } = policyWith(path, options.parameters, terminal);
      const now = terminal.clock.now().getTime();
      const loaded = load(files, connectionCatalogue, { ...given, enforcing, now });
      return { path, loaded: problems.length === 0 ? loaded : withProblems(loaded, problems) };
    });
    if (format === "json") terminal.out(`${toSafeJson(checked.map(printJson), 2)}\n`);
    else for (const { path, loaded } of checked) printText(path, loaded, terminal);
    return checked.every(({ loaded }) => loaded.kind === "valid") ? fine : findings;
  },
};

/** A policy whose parameters cannot be read is not one that loads. */
function withProblems(loaded: Loaded, problems: readonly Problem[]): Loaded {
  return { kind: "invalid", problems: [...problems, ...problemsOf(loaded)] };
}

function checkAddresses(path: string, format: "text" | "json", { out, err, folder }: Terminal): number {
  const { declared, problems } = readDeclared(policyAt(path, { folder }));
  if (format === "json")
    out(`${toSafeJson({ addresses: path, valid: problems.length === 0, problems }, 2)}\n`);
  else for (const problem of problems) err(`${formatProblem(problem)}\n`);
  if (problems.length > 0) return findings;
  if (format === "text") out(`${path}: ${declared.length} lists of addresses, all usable\n`);
  return fine;
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
    out(`${path}: does not load: ${counted(errors, "error")}, ${counted(warnings, "warning")}\n`);
    return;
  }
  for (const note of loaded.notes) err(`${formatProblem(note)}\n`);
  const { rules, limits, exemptions } = loaded.compiled.policy;
  const parts = [
    counted(rules.length, "rule"),
    counted(limits.length, "limit"),
    counted(exemptions.length, "exemption"),
  ];
  out(`${path}: loads: ${parts.join(", ")}; ${counted(warnings, "warning")}\n`);
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
