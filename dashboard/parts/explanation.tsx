import type { Entry } from "../api/data.ts";
import { valueText } from "../format.ts";
import { linkTo } from "../route.ts";
import { Badge, type Tone } from "./badge.tsx";
import { Dated, Foreign } from "./text.tsx";
import { UnknownFact } from "./unknown-fact.tsx";
import { visible } from "../visible.ts";

/**
 * Why a verdict is what it is: the rules that it rests on, each as a tree of its conditions, and the facts needed to
 * decide it.
 */

type Result = "true" | "false" | "unknown";

/** A condition and its result, as a decision keeps them (`ExplainedCondition`). */
interface Condition {
  readonly expression: string;
  readonly operator?: string;
  readonly expressionValue?: unknown;
  readonly expressionUnknown?: string;
  readonly expressionBetween?: readonly [number, number];
  readonly targetValue?: unknown;
  readonly targetUnknown?: string;
  readonly because?: string;
  readonly result: Result;
  readonly members?: readonly Condition[];
}

interface Rule {
  readonly name: string;
  readonly effect: string;
  readonly result: Result;
  readonly condition: Condition;
}

const marks: Readonly<Record<Result, readonly [mark: string, tone: string]>> = {
  true: ["✓", "good"],
  false: ["✗", "calm"],
  unknown: ["?", "warn"],
};

type Verdict = NonNullable<Entry["verdict"]>;

interface ExplanationProps {
  readonly entry: Entry;
  /** False where the reasons already stand beside it. */
  readonly hasReasons?: boolean;
}

export function Explanation({ entry, hasReasons = true }: ExplanationProps) {
  const { verdict, trace = [] } = entry;
  if (verdict === undefined) return null;
  return (
    <div class="explanation">
      {hasReasons ? (
        <ul class="reasons">
          {verdict.reasons.map((reason) => (
            <li key={reason}>
              <Dated text={reason} />
            </li>
          ))}
        </ul>
      ) : null}
      <Unknowns of={verdict} />
      <Rules rules={trace as readonly Rule[]} verdict={verdict} />
    </div>
  );
}

interface RulesProps {
  readonly rules: readonly Rule[];
  readonly verdict: Verdict;
}

/**
 * A rule that is false decides nothing: it is there because it is the closest to an approval, where the default
 * decided.
 */
function Rules({ rules, verdict }: RulesProps) {
  const unloaded = unloadedPolicy.exec(verdict.reasons[0] ?? "")?.[1];
  if (unloaded !== undefined) return <NoPolicy unloaded={unloaded} />;
  const [closest, deciding] = [
    rules.filter(({ result }) => result === "false"),
    rules.filter(({ result }) => result !== "false"),
  ];
  return (
    <>
      {rules.length + verdict.unknown.length === 0 ? (
        <p class="muted">No rule is true, undecided or close to an approval.</p>
      ) : null}
      <RuleList label="Rules that the verdict rests on" rules={deciding} decisive={verdict.rule} />
      {closest.length === 0 ? null : (
        <h3>{closest.length === 1 ? "What the closest rule lacks" : "What the closest rules lack"}</h3>
      )}
      <RuleList label="Rules that are closest to an approval" rules={closest} />
    </>
  );
}

/** The reason of the verdict where there was no policy to decide by. */
const unloadedPolicy = /^the policy (does not load|could not be read)/;

/** Why nothing was decided, and when it will be. */
function NoPolicy({ unloaded }: { readonly unloaded: string }) {
  return (
    <p class="notice warn">
      The policy {unloaded === "does not load" ? "did not load" : unloaded}, so that no rule was evaluated: it
      decided nothing, and everything is held. While this lasts, the <a href={linkTo("")}>overview</a> says
      what is wrong with it. Once it loads, the connection is reviewed again.
    </p>
  );
}

interface RuleListProps {
  readonly label: string;
  readonly rules: readonly Rule[];
  readonly decisive?: string | undefined;
}

function RuleList({ label, rules, decisive }: RuleListProps) {
  if (rules.length === 0) return null;
  return (
    <ul class="tree" aria-label={label}>
      {rules.map((rule) => (
        <RuleTree rule={rule} key={rule.name} isDeciding={rule.name === decisive} />
      ))}
    </ul>
  );
}

/** Facts that could not be read, with the role that the app lacks where it is one. */
function Unknowns({ of: { unknown } }: { readonly of: Verdict }) {
  if (unknown.length === 0) return null;
  return (
    <section class="unknowns">
      <h3>Facts needed to decide it</h3>
      <ul>
        {unknown.map((each) => (
          <li key={each.field}>
            <code>
              <Foreign text={each.field} />
            </code>{" "}
            <UnknownFact of={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const effectTones: Readonly<Record<string, Tone>> = {
  approve: "good",
  reject: "bad",
  hold: "warn",
  alert: "info",
};

function RuleTree({ rule, isDeciding }: { readonly rule: Rule; readonly isDeciding: boolean }) {
  return (
    <li>
      <details open>
        <summary>
          <Mark result={rule.result} /> <Badge tone={effectTones[rule.effect] ?? "calm"} text={rule.effect} />{" "}
          <strong>
            <Foreign text={rule.name} />
          </strong>
          {isDeciding ? <span class="muted"> decided</span> : null}
        </summary>
        <ul>
          <ConditionTree condition={rule.condition} />
        </ul>
      </details>
    </li>
  );
}

const connectives: Readonly<Record<string, string>> = { allOf: "all of", anyOf: "any of", not: "not" };

function ConditionTree({ condition }: { readonly condition: Condition }) {
  const { expression, operator, members = [], result } = condition;
  return (
    <li>
      <Mark result={result} />{" "}
      {operator === undefined ? (
        <span class="connective">{connectives[expression] ?? visible(expression)}</span>
      ) : (
        <Comparison condition={condition} operator={operator} />
      )}
      {members.length === 0 ? null : (
        <ul>
          {members.map((member, index) => (
            <ConditionTree condition={member} key={index} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Comparison({ condition, operator }: { readonly condition: Condition; readonly operator: string }) {
  const { expression, targetValue, targetUnknown } = condition;
  const target = targetUnknown === undefined ? valueText(targetValue) : `unknown (${targetUnknown})`;
  return (
    <span>
      <code>
        <Foreign text={expression} />
      </code>{" "}
      <span class="operator">{operator}</span>{" "}
      <code>
        <Foreign text={target} />
      </code>{" "}
      <span class="muted">
        (<Foreign text={readText(condition)} />)
      </span>
    </span>
  );
}

function readText({ because, expressionUnknown, expressionBetween, expressionValue }: Condition): string {
  if (because !== undefined) return `unknown: ${because}`;
  if (expressionUnknown !== undefined) return `unknown: ${expressionUnknown}`;
  if (expressionBetween !== undefined) return `is between ${expressionBetween.join(" and ")}`;
  return expressionValue === null ? "is absent" : `is ${valueText(expressionValue)}`;
}

function Mark({ result }: { readonly result: Result }) {
  const [mark, tone] = marks[result];
  return (
    <span class={`mark ${tone}`} role="img" aria-label={result}>
      {mark}
    </span>
  );
}
