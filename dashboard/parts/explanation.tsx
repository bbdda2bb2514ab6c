import type { Entry } from "../api/data.ts";
import { valueText } from "../format.ts";
import { Badge, type Tone } from "./badge.tsx";
import { Foreign } from "./text.tsx";

/** Why a verdict is what it is: the rules that it rests on, each as a tree of its conditions, and the facts that would settle it. */

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

interface ExplanationProps {
  readonly entry: Entry;
  /** False where the reasons already stand beside it. */
  readonly hasReasons?: boolean;
}

export function Explanation({ entry, hasReasons = true }: ExplanationProps) {
  const { verdict, trace = [] } = entry;
  if (verdict === undefined) return null;
  const rules = trace as readonly Rule[];
  return (
    <div class="explanation">
      {hasReasons ? (
        <ul class="reasons">
          {verdict.reasons.map((reason) => (
            <li key={reason}>
              <Foreign text={reason} />
            </li>
          ))}
        </ul>
      ) : null}
      <Unknowns verdict={verdict} />
      {rules.length === 0 ? (
        <p class="muted">No rule of the policy applies, so that its default decided.</p>
      ) : (
        <ul class="tree" aria-label="Rules that the verdict rests on">
          {rules.map((rule) => (
            <RuleTree rule={rule} key={rule.name} isDeciding={rule.name === verdict.rule} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Facts that could not be read, with the right that the app lacks where it is one. */
function Unknowns({ verdict }: { readonly verdict: NonNullable<Entry["verdict"]> }) {
  if (verdict.unknown.length === 0) return null;
  return (
    <section class="unknowns">
      <h3>Facts that would settle it</h3>
      <ul>
        {verdict.unknown.map(({ field, reason }) => (
          <li key={field}>
            <code>{field}</code> <Badge tone="warn" text={reason} /> {rightFor(field, verdict.reasons)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A reason says "<field> is unknown (<code>: <why>); grant <action> on <scope>", with the right only where one is missing. */
function rightFor(field: string, reasons: readonly string[]) {
  const reason = reasons.find((each) => each.includes(`${field} is unknown`)) ?? "";
  const said = reason.slice(reason.indexOf(`${field} is unknown`));
  const [, why = ""] = /^[^(]*\([^:)]+: ([^)]+)\)/.exec(said) ?? [];
  const [, right] = /; (grant [^;,]+)/.exec(said) ?? [];
  return (
    <>
      <Foreign text={why} />
      {right === undefined ? null : (
        <>
          {". "}
          <strong>{`${right.charAt(0).toUpperCase()}${right.slice(1)}.`}</strong>
        </>
      )}
    </>
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
        <span class="connective">{connectives[expression] ?? expression}</span>
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
