import { checkCondition } from "./check-condition.ts";
import type { CheckContext } from "./check-context.ts";
import { checkDuration } from "./check-duration.ts";
import { checkExpiry } from "./check-expiry.ts";
import { checkWindow } from "./check-window.ts";
import { entriesOf, textAt } from "../source/keys.ts";
import { didYouMean } from "../source/nearest.ts";
import type { Source } from "../source/parse.ts";
import type { Effect, Rule } from "../language/policy.ts";
import type { Problems } from "../source/problem.ts";

export const effects: readonly Effect[] = ["approve", "reject", "hold", "alert"];

/** Effects of Azure Policy, and the corresponding effects here. */
const azureEffects: ReadonlyMap<string, Effect> = new Map([
  ["deny", "reject"],
  ["audit", "alert"],
]);
const rulesMax = 10_000;

export function checkRules(
  policy: Source,
  source: Source | undefined,
  context: CheckContext,
): readonly Rule[] {
  if (source?.kind !== "list") {
    context.problems.add(source?.at ?? policy.at, "rules must be a list; for no rules write rules: []");
    return [];
  }
  if (source.items.length > rulesMax)
    context.problems.add(
      source.at,
      `there are ${source.items.length} rules, but a file may have at most ${rulesMax}; split or merge rules`,
    );
  return source.items
    .slice(0, rulesMax)
    .flatMap((item, index) => checkRule(item, `rules[${index}]`, context) ?? []);
}

function checkRule(source: Source, path: string, context: CheckContext): Rule | undefined {
  const { problems } = context;
  const keys = entriesOf(source, ["name", "description", "if", "then", "expiresOn", "window"], problems);
  const name = textAt(source, keys, "name", problems);
  const condition = keys.get("if");
  if (condition === undefined) problems.add(source.at, "a rule needs an if");
  const checked = condition === undefined ? undefined : checkCondition(condition, context);
  const then = checkThen(source, keys.get("then"), problems);
  const expiresOn = checkExpiry(keys.get("expiresOn"), problems);
  const window = checkWindow(keys.get("window"), problems);
  if (checked === undefined || then === undefined) return undefined;
  return {
    name,
    path,
    if: checked,
    ...then,
    ...(expiresOn === undefined ? {} : { expiresOn }),
    ...(window === undefined ? {} : { window }),
    at: { file: problems.file, ...source.at },
  };
}

function checkThen(
  rule: Source,
  source: Source | undefined,
  problems: Problems,
): Pick<Rule, "effect" | "reason" | "forMs"> | undefined {
  if (source === undefined) {
    problems.add(rule.at, `a rule needs a then: { effect: ${effects.join(" | ")} }`);
    return undefined;
  }
  const keys = entriesOf(source, ["effect", "reason", "for"], problems);
  const reason = keys.has("reason") ? textAt(source, keys, "reason", problems) : undefined;
  const effect = checkEffect(source, keys, problems);
  const lasting = keys.get("for");
  const forMs = checkDuration(lasting, "for", problems);
  if (lasting !== undefined && effect !== undefined && effect !== "approve")
    problems.add(
      lasting.at,
      `for says how long an approval lasts, and this rule's effect is ${effect}; remove it`,
    );
  return (
    effect && {
      effect,
      ...(reason === undefined ? {} : { reason }),
      ...(forMs === undefined ? {} : { forMs }),
    }
  );
}

function checkEffect(
  then: Source,
  keys: ReadonlyMap<string, Source>,
  problems: Problems,
): Effect | undefined {
  const text = textAt(then, keys, "effect", problems);
  if (text === "") return undefined;
  const effect = effects.find((each) => each === text.toLowerCase());
  if (effect !== undefined) return effect;
  const meant = azureEffects.get(text.toLowerCase()) ?? text;
  problems.add(
    keys.get("effect")?.at ?? then.at,
    `unknown effect "${text}"${didYouMean(meant, effects, `; expected one of ${effects.join(", ")}`)}`,
  );
  return undefined;
}
