import type { FinalState } from "../azure-connections.ts";
import type { Action } from "../decide.ts";
import type { Decision } from "./connection-record.ts";

/** Azure's limit for a connection's description. */
const descriptionMax = 140;

/** The prefix of our descriptions, by which we recognise our own writes. */
function descriptionPrefix(decisionId: string): string {
  return `drawbridge ${decisionId}: `;
}

/**
 * The id of the decision that a description names. It is no proof: anybody who may write the description may forge it.
 */
export function decisionIn(description: string | undefined): string | undefined {
  return /^drawbridge (\S+): /.exec(description ?? "")?.[1];
}

/** A control sequence of a terminal (ECMA-48, CSI), such as a colour. */
// oxlint-disable-next-line no-control-regex -- a control character is what it begins with
const escapeSequence = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g;

/**
 * `drawbridge <decision id>: <reason>`, printable ASCII, at most 140 characters. An escape sequence goes whole: without
 * its first character, the rest would be read as text.
 */
export function descriptionOf(decisionId: string, reason: string): string {
  const text =
    descriptionPrefix(decisionId) +
    reason.replaceAll(escapeSequence, "").replaceAll(/[^\u0020-\u007e]+/g, " ");
  return text.length <= descriptionMax ? text : `${text.slice(0, descriptionMax - 3)}...`;
}

/** The state from which an action is taken: a connection that left it meanwhile is never written to. */
export function stateBefore(action: Action | undefined): "Pending" | "Approved" {
  return action === "revoke" ? "Approved" : "Pending";
}

/** Why something was decided: the person's reason, or those of the policy. */
export function decisionReason({ verdict, person }: Pick<Decision, "verdict" | "person">): string {
  if (person === undefined) return verdict.reasons.join("; ");
  return `${person.by} ${person.verdict === "approve" ? "approved" : "rejected"} it: ${person.reason}`;
}

/** The state that an action requests. */
export function targetOf(action: Action | undefined): FinalState | undefined {
  if (action === "approve") return "Approved";
  return action === "reject" || action === "revoke" ? "Rejected" : undefined;
}
