import { plusMs } from "../lib/clock.ts";
import { nameOfInvalid } from "../lib/connections/record/connection-record.ts";
import type { ExplainedRule } from "../lib/policy/evaluate/explain.ts";
import { printExplanation } from "../lib/policy/evaluate/print-explanation.ts";
import type { Verdict } from "../lib/policy/evaluate/verdict.ts";
import type { Entry } from "./app.ts";
import { printCurrentStatus, type CurrentStatus } from "./current-status.ts";
import { countFacts, printFacts, type ExplainedFact } from "./explained-facts.ts";
import { cleaned } from "./rows.ts";

/** A connection that is not decided yet. */
export interface Undecided {
  readonly now: CurrentStatus;
  readonly verdict?: never;
}

export interface Explained {
  /** Where the connection stands, where its last decision does not say it. */
  readonly now?: CurrentStatus;
  readonly verdict: Verdict;
  readonly rules: readonly ExplainedRule[];
  /** What was recorded with the decision, where the facts are those of one. */
  readonly facts?: readonly ExplainedFact[];
  readonly decision?: Pick<Entry, "id" | "at" | "connection" | "policy" | "mode" | "action" | "person"> & {
    /** What the policy said then. */
    readonly verdict?: Verdict["kind"];
  };
  /** What was evaluated on the facts of the decision, where the verdict is not the recorded one. */
  readonly evaluated?: string;
  /** What became of the decision, or when the policy was evaluated instead. */
  readonly context?: string;
}

/** An explanation as a tree. The age of the facts is that at `now`, in milliseconds since 1970. */
export function printExplained(
  { now: status, verdict, rules, facts = [], context, decision, evaluated }: Explained,
  which: "deciding" | "all" | undefined,
  now: number,
  width?: number,
): string {
  const { kind, reasons, unknown, alerts } = verdict;
  const needed =
    unknown.length === 0
      ? ""
      : `  needed to decide it: ${unknown.map(({ field, reason }) => `${field} (${reason})`).join(", ")}\n`;
  const raised = alerts.map(({ reason }) => `  alert: ${reason}\n`).join("");
  const hasNoRules = evaluated === undefined && decision !== undefined && lacksPolicy(decision);
  const deciding = hasNoRules ? "no rule was evaluated\n" : printDeciding(rules);
  const tree = which === "all" ? printAll(rules) : deciding;
  const listed =
    facts.length === 0
      ? ""
      : which === "all"
        ? `\n${printFacts(facts, now, width)}`
        : `\n${hasNoRules ? "once the policy loads, " : ""}--rules all lists every rule, and what was recorded: ${countFacts(facts)}\n`;
  const why = reasons.map((reason) => `  ${reason}\n`).join("");
  const when = context === undefined ? "" : `\n${context}\n`;
  const stands =
    status === undefined ? "" : `${printCurrentStatus(status)}\nlast decision, at ${decision?.at ?? "?"}:\n`;
  const before = `${stands}${printPerson(decision, evaluated)}`;
  return `${before}${kind}\n${why}${needed}${raised}\n${tree}${when}${listed}`;
}

/** Whose the verdict is that follows, where a person decided: the recorded one, or that of another evaluation. */
function printPerson(decision: Explained["decision"], evaluated: string | undefined): string {
  if (decision?.person === undefined) return "";
  const { person, verdict } = decision;
  const decided = `${nameOf(person)} decided to ${person.verdict}`;
  const hadNone = lacksPolicy(decision);
  if (evaluated === undefined) return `${decided}; the policy ${hadNone ? "did not load" : "said"}:\n`;
  const said = hadNone ? "while the policy did not load" : `where the policy said ${verdict ?? "?"}`;
  return `${decided}, ${said}; with ${evaluated} it would be:\n`;
}

/** Who made a decision, and with which policy of the app, for the note above another evaluation of it. */
export function whoDecided(decision: Entry): string {
  const { at, policy, person, verdict } = decision;
  const name = `"${cleaned(policy?.name ?? "?")}"`;
  if (person === undefined)
    return lacksPolicy(decision)
      ? `the app held it at ${at}, since its policy did not load`
      : `the app decided at ${at} with its policy ${name}`;
  const decided = `${nameOf(person)} decided at ${at} to ${person.verdict}`;
  return lacksPolicy(decision)
    ? `${decided}, while the policy of the app did not load`
    : `${decided}, where the policy ${name} of the app said ${verdict?.kind ?? "?"}`;
}

/** Whether the policy of the app did not load, so that no rule was evaluated. */
function lacksPolicy({ policy }: Pick<Entry, "policy">): boolean {
  return policy?.name === nameOfInvalid;
}

/** Why a verdict was not applied, who decided otherwise, and when an approval ends. */
export function outcomeOf({ at, mode, action, verdict, person, restrained }: Entry): string {
  const end = action === "approve" && person === undefined ? verdict?.forMs : undefined;
  // In mode enforce, a verdict without an action is about what is Approved already.
  const isWithheld = action === "none" && mode !== "enforce" && verdict?.kind !== "hold";
  return [
    `decided at ${at} in mode ${mode ?? "?"}`,
    ...(isWithheld ? ["the mode does not apply it"] : []),
    ...(restrained === undefined ? [] : [`the ${restrained} breaker withheld the approval`]),
    ...(person === undefined
      ? []
      : [`${nameOf(person)} decided to ${person.verdict}: ${cleaned(person.reason)}`]),
    ...(end === undefined
      ? []
      : [`the approval ends at ${plusMs(new Date(at), end)}, unless it was renewed since`]),
  ].join("; ");
}

function nameOf({ by, objectId }: NonNullable<Entry["person"]>): string {
  return objectId === undefined ? cleaned(by) : `${cleaned(by)} (object id ${cleaned(objectId)})`;
}

function printAll(rules: readonly ExplainedRule[]): string {
  return rules.length === 0 ? "the policy has no rules\n" : printExplanation(rules);
}

/** A rule that is false decides nothing: it is there because it is the closest to an approval. */
function printDeciding(rules: readonly ExplainedRule[]): string {
  const closest = rules.filter(({ result }) => result === "false");
  const deciding = printExplanation(rules.filter(({ result }) => result !== "false"));
  if (rules.length === 0) return "every rule is false; --rules all shows them\n";
  return closest.length === 0
    ? deciding
    : `${deciding}no rule decides; closest to an approval (--rules all shows every rule):\n${printExplanation(closest)}`;
}
