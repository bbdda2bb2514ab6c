import { check, type PolicyFile } from "./check.ts";
import { compile, type CompiledPolicy } from "./compile.ts";
import type { Parameters } from "./expression.ts";
import type { Catalogue } from "./field.ts";
import { parse } from "./parse.ts";
import type { Policy, Rule } from "./policy.ts";
import { problemsOf, type Problem } from "./problem.ts";

export interface PolicyText {
  readonly file: string;
  readonly text: string;
}

export type Loaded =
  | { readonly kind: "valid"; readonly compiled: CompiledPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Several files as one policy set, compiled, or every problem in all of them. */
export function load(files: readonly PolicyText[], catalogue: Catalogue, values: Parameters): Loaded {
  const problems: Problem[] = [];
  const checked: { file: string; policy: PolicyFile }[] = [];
  for (const { file, text } of files) {
    const into = problemsOf(file, problems);
    const source = parse(text, into);
    if (source !== undefined) checked.push({ file, policy: check(source, catalogue, values, into) });
  }
  const policy = merge(checked, problems);
  return problems.length > 0 ? { kind: "invalid", problems } : { kind: "valid", compiled: compile(policy) };
}

function merge(files: readonly { file: string; policy: PolicyFile }[], problems: Problem[]): Policy {
  const defaults = files.filter(({ policy }) => policy.default !== undefined);
  const second = defaults[1];
  if (second !== undefined)
    problems.push({
      file: second.file,
      line: 1,
      column: 1,
      message: `${defaults[0]?.file} sets default already`,
    });
  const rules = files.flatMap(({ file, policy }) => policy.rules.map((rule) => ({ file, rule })));
  problems.push(...repeatedNames(rules));
  return {
    name: files.map(({ policy }) => policy.name).join(" + "),
    rules: rules.map(({ rule }) => rule),
    default: defaults[0]?.policy.default ?? "hold",
  };
}

function repeatedNames(rules: readonly { file: string; rule: Rule }[]): Problem[] {
  const seen = new Set<string>();
  return rules.flatMap(({ file, rule }) => {
    if (!seen.has(rule.name)) {
      seen.add(rule.name);
      return [];
    }
    return [
      { file, line: 1, column: 1, message: `two rules are named "${rule.name}"; names must be unique` },
    ];
  });
}
