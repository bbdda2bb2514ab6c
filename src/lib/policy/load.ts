import { joinTruncated } from "../truncate-list.ts";
import { check, fullBudget, namedLists, type PolicyFile } from "./check/check.ts";
import type { NamedPart } from "./check/named-parts.ts";
import type { ValuePlace } from "./check/parameter-values.ts";
import { compile, type CompiledPolicy } from "./compile/compile.ts";
import type { Catalogue } from "./language/fields.ts";
import type { Parameters } from "./language/formula.ts";
import { analysisIn } from "./analysis/assume.ts";
import { canDecidePending } from "./analysis/constant-rule.ts";
import { lint } from "./analysis/lint.ts";
import { didYouMean } from "./source/nearest.ts";
import { parse } from "./source/parse.ts";
import type { Policy, Rule } from "./language/policy.ts";
import type { PolicyText } from "./source/policy-text.ts";
import { problemsOf, type SourcePlace, type Problem } from "./source/problem.ts";

export interface LoadOptions {
  /** Values for the policy's parameters, by lower-cased name. */
  readonly values?: Parameters;
  /** Where those values are given, as far as it is known. */
  readonly places?: ReadonlyMap<string, ValuePlace>;
  /** Whether verdicts are applied. If not, what could approve by mistake is a warning instead of an error. */
  readonly enforcing?: boolean;
  /** Milliseconds since 1970, to warn about what has expired; no such warnings if left out. */
  readonly now?: number;
}

export type Loaded =
  | {
      readonly kind: "valid";
      readonly compiled: CompiledPolicy;
      readonly warnings: readonly Problem[];
      /** How ambiguous values are read. */
      readonly notes: readonly Problem[];
    }
  | {
      readonly kind: "invalid";
      readonly problems: readonly Problem[];
      /** Whether a part could not be read, and so could not be checked with the rest. */
      readonly isPartial: boolean;
    };

/** Compiles several files as one policy set, or returns every problem in all of them. Never throws. */
export function load(
  files: readonly PolicyText[],
  catalogue: Catalogue,
  { values = new Map(), places = new Map(), enforcing = true, now }: LoadOptions = {},
): Loaded {
  const read: Problem[] = [];
  const budget = fullBudget();
  const checked: { file: string; policy: PolicyFile }[] = [];
  for (const { file, text } of files) {
    const into = problemsOf(file, read);
    const source = parse(text, into);
    if (source !== undefined)
      checked.push({ file, policy: check(source, { catalogue, given: { values, places }, budget }, into) });
  }
  const policy = merge(checked);
  // Not pushed with a spread: there may be more problems than a call can take arguments.
  const ofFiles = [
    ...read,
    ...conflicts(checked, policy),
    ...lint(policy, { catalogue, enforcing, ...(now === undefined ? {} : { now }) }),
  ];
  // Values come after the files: a file that is no policy declares none of them.
  const problems = [
    ...ofFiles.toSorted(byPosition),
    ...undeclaredValues(checked, values, places).toSorted(byPosition),
  ];
  const notes = problems.filter(({ severity }) => severity === "note");
  const mistakes = problems.filter(({ severity }) => severity !== "note");
  if (mistakes.some(isError)) return { kind: "invalid", problems: mistakes, isPartial: read.some(isError) };
  const anything = analysisIn({ catalogue, documented: false });
  const canDecide = (rule: Rule) => canDecidePending(rule, anything);
  const warnings = [...mistakes, ...unused(checked)].toSorted(byPosition);
  return { kind: "valid", compiled: { ...compile(policy, catalogue), canDecide }, warnings, notes };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

function byPosition(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

type Files = readonly { readonly file: string; readonly policy: PolicyFile }[];

function merge(files: Files): Policy {
  const policies = files.map(({ policy }) => policy);
  const { revokeAfterMs } = policies.find((policy) => policy.revokeAfterMs !== undefined) ?? {};
  const { default: fallback, defaultAt } = policies.find((policy) => policy.default !== undefined) ?? {};
  return {
    name: policies.map(({ name }) => name).join(" + "),
    rules: policies.flatMap(({ rules }) => rules),
    limits: policies.flatMap(({ limits }) => limits),
    exemptions: policies.flatMap(({ exemptions }) => exemptions),
    default: fallback ?? "hold",
    ...(defaultAt === undefined ? {} : { defaultAt }),
    revoke: policies.find(({ revoke }) => revoke !== undefined)?.revoke ?? "never",
    ...(revokeAfterMs === undefined ? {} : { revokeAfterMs }),
  };
}

function conflicts(files: Files, policy: Policy): Problem[] {
  return [
    ...settingConflicts(files, "default"),
    ...settingConflicts(files, "revoke"),
    ...settingConflicts(files, "revokeAfterMs", "revokeAfter"),
    ...namedLists.flatMap((list) =>
      duplicateNames(
        list,
        files.flatMap(({ policy: { named } }) => named[list]),
      ),
    ),
    ...unknownExemptedRules(
      policy,
      files.flatMap(({ policy: { named } }) => named.rules),
    ),
  ];
}

function settingConflicts(
  files: Files,
  key: "default" | "revoke" | "revokeAfterMs",
  name: string = key,
): Problem[] {
  const [first, ...others] = files.filter(({ policy }) => policy[key] !== undefined);
  return others.map(({ file }) =>
    error(
      { file, line: 1, column: 1 },
      `${first?.file} already sets ${name}; only one file of a policy set may set it`,
    ),
  );
}

function duplicateNames(kind: string, list: readonly NamedPart[]): Problem[] {
  const first = new Map<string, SourcePlace>();
  return list.flatMap(({ name, at }) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, at);
    if (before === undefined || name.trim() === "") return [];
    return [
      error(
        at,
        `two ${kind} are named "${name}" (the other is at ${before.file}:${before.line}); names must be unique`,
      ),
    ];
  });
}

function unknownExemptedRules({ rules, exemptions }: Policy, named: readonly NamedPart[]): Problem[] {
  const names = new Set(named.map(({ name }) => name));
  const effects = new Map(rules.map(({ name, effect }) => [name, effect]));
  return exemptions.flatMap(({ name, rule, at }) => {
    const effect = effects.get(rule);
    if (effect === "alert")
      return [
        error(
          at,
          `exemption "${name}": rule "${rule}" only alerts, so there is no verdict to exempt from; name a rule that approves, rejects or holds`,
        ),
      ];
    if (names.has(rule) || rule === "") return [];
    return [error(at, `exemption "${name}": unknown rule "${rule}"${didYouMean(rule, [...names])}`)];
  });
}

/** A value for a parameter that no file declares is probably a misspelling, which would leave the default in force. */
function undeclaredValues(
  files: Files,
  values: Parameters,
  places: ReadonlyMap<string, ValuePlace>,
): Problem[] {
  // Several files may declare the same parameter, and names ignore case.
  const known = new Map(
    files.flatMap(({ policy }) => policy.parameters).map((name) => [name.toLowerCase(), name]),
  );
  const declared = [...known.values()];
  const expected =
    declared.length === 0 ? "; the policy declares none" : `; expected one of ${joinTruncated(declared, 10)}`;
  const file = files[0]?.file ?? "";
  return [...values.keys()]
    .filter((key) => files.length > 0 && !known.has(key))
    .map((key) => {
      const { name, ...at } = places.get(key) ?? { name: key, file, line: 1, column: 1 };
      return error(
        at,
        `a value is given for parameter "${name}", which no policy file declares${didYouMean(name, declared, expected)}`,
      );
    });
}

/** Reported where nothing else is wrong: a use that is misspelt is one mistake, and not two. */
function unused(files: Files): Problem[] {
  return files.flatMap(({ file, policy: { unusedParameters } }) =>
    unusedParameters.map(({ name, at }): Problem => ({
      severity: "warning",
      file,
      ...at,
      message: `parameter "${name}" is not used in this file, so its value changes nothing; use it as "[parameters('${name}')]", or remove it`,
    })),
  );
}

function error(place: SourcePlace, message: string): Problem {
  return { severity: "error", ...place, message };
}
