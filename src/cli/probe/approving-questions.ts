import type { ConnectionId } from "../../lib/azure/resource-id.ts";
import { couldNot, describe, known, statusOf, thenFound, valueIn, word, type Found } from "./finding.ts";
import type { Answered } from "./probe-azure.ts";
import { followsOrNot, operationsOf, shapeOf } from "./operation-address.ts";
import { asProvisioningState, asState } from "./read-answers.ts";
import { asRequested, type Requested } from "./requested.ts";
import { apimVersion, type Question } from "./step.ts";

/** The questions of the step that approves. */

export const approvalTakes = (requested: Requested): Question => ({
  asks: "How long does an approval take?",
  answer: (answers) =>
    thenFound(accepted(requested, answers), ({ put, followed }) => {
      const states = followed.map((each) => stateOf(requested.id, each));
      const first = states.indexOf("Approved");
      const approved = followed[first];
      if (approved === undefined) return couldNot("the connection was not seen Approved");
      // A reading after the first Approved may be stale.
      const pending = followed[states.lastIndexOf("Pending", first)] ?? put;
      const seconds = [pending, approved].map(({ at }) => Math.round((at - put.at) / 1000));
      return known(`Between ${seconds.join(" and ")} seconds after the PUT`);
    }),
});

export const shownMeanwhile = (requested: Requested): Question => ({
  asks: "What do the connection and the service show while a connection is approved?",
  answer: (answers) =>
    thenFound(accepted(requested, answers), ({ followed }) => {
      const { id } = requested;
      const connection = followed.filter(({ path }) => path === id.text + apimVersion);
      const service = followed.filter(({ path }) => path === id.service.text + apimVersion);
      const states = connection.map((each) => `${stateOf(id, each) ?? "?"} (${provisioning(each)})`);
      return known(`The connection ${sequence(states)}; the service ${sequence(service.map(provisioning))}`);
    }),
});

export const followedAt = (requested: Requested): Question => ({
  asks: "Where is the operation of an approval followed, and does Drawbridge follow it there?",
  answer: (answers) =>
    thenFound(accepted(requested, answers), ({ put }) => {
      if (put.status === null) return couldNot(describe(put));
      const headers = operationsOf(put);
      if (headers.length === 0) return known(`Nowhere: Azure answered ${put.status} and named no operation`);
      const named = headers.map(
        ([name, address]) => `${name} ${shapeOf(address)}, ${followsOrNot(put, address)}`,
      );
      const after = put.retryAfter === undefined ? "" : `; Retry-After ${word(put.retryAfter)}`;
      return known(named.join("; ") + after);
    }),
});

export const approvedAgain = (requested: Requested): Question => ({
  asks: "What does Azure answer where an Approved connection is approved again?",
  answer: (answers) =>
    thenFound(accepted(requested, answers), () => {
      const second = answers.findLastIndex(({ method }) => method === "PUT");
      const put = answers[second];
      if (put === undefined || second === answers.findIndex(({ method }) => method === "PUT"))
        return couldNot("the connection was not seen Approved, so that it was not approved again");
      if (put.status === null) return couldNot(describe(put));
      const states = answers.slice(second).map((each) => stateOf(requested.id, each));
      const last = states.findLast((each) => each !== undefined);
      const state = last === undefined ? "" : `, and the connection is ${last} afterwards`;
      return known(`${statusOf(put)}${state}`);
    }),
});

interface Approval {
  readonly put: Answered;
  /** What was read until the connection was approved again. */
  readonly followed: readonly Answered[];
}

/** The approval, if Azure did not refuse it. */
function accepted(requested: Requested, answers: readonly Answered[]): Found<Approval> {
  const first = answers.findIndex(({ method }) => method === "PUT");
  const put = answers[first];
  if (put === undefined) return notApproved(requested, answers);
  const rest = answers.slice(first + 1);
  const again = rest.findIndex(({ method }) => method === "PUT");
  const followed = again < 0 ? rest : rest.slice(0, again);
  return followed.length === 0 ? couldNot(describe(put)) : known({ put, followed });
}

function notApproved(requested: Requested, [before]: readonly Answered[]): Found<never> {
  const found = asRequested(requested, before);
  return couldNot(`nothing was approved${found.kind === "known" ? "" : `: ${found.reason}`}`);
}

/** The state, if this is a reading of the connection that has one. */
function stateOf(id: ConnectionId, answered: Answered): string | undefined {
  if (answered.method !== "GET" || answered.path !== id.text + apimVersion) return undefined;
  const state = valueIn(answered, asState(id));
  return state.kind === "known" ? word(state.value) : undefined;
}

function provisioning(answered: Answered): string {
  const state = valueIn(answered, asProvisioningState);
  return state.kind === "known" ? word(state.value) : statusOf(answered);
}

function sequence(shown: readonly string[]): string {
  return `shows ${shown.filter((each, index) => each !== shown[index - 1]).join(", then ")}`;
}
