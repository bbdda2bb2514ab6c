import { isOperationAddress } from "../../lib/azure/allowed-requests.ts";
import type { ConnectionId } from "../../lib/azure/resource-id.ts";
import { couldNot, describe, known, statusOf, thenFound, valueIn, word, type Found } from "./finding.ts";
import type { Answered } from "./probe-azure.ts";
import { asProvisioningState, asState } from "./read-answers.ts";
import { apimVersion, type Question } from "./step.ts";

/** The questions of the step that approves. */

export const approvalTakes = (id: ConnectionId): Question => ({
  asks: "How long does an approval take?",
  answer: (answers) =>
    thenFound(accepted(answers), ({ put, followed }) => {
      const approved = followed.find((each) => stateOf(id, each) === "Approved");
      if (approved === undefined) return couldNot("the connection was not seen Approved");
      const pending = followed.findLast((each) => stateOf(id, each) === "Pending") ?? put;
      const seconds = [pending, approved].map(({ at }) => Math.round((at - put.at) / 1000));
      return known(`Between ${seconds.join(" and ")} seconds after the PUT`);
    }),
});

export const shownMeanwhile = (id: ConnectionId): Question => ({
  asks: "What do the connection and the service show while a connection is approved?",
  answer: (answers) =>
    thenFound(accepted(answers), ({ followed }) => {
      const connection = followed.filter(({ path }) => path === id.text + apimVersion);
      const service = followed.filter(({ path }) => path === id.service.text + apimVersion);
      const states = connection.map((each) => `${stateOf(id, each) ?? "?"} (${provisioning(each)})`);
      return known(`The connection ${sequence(states)}; the service ${sequence(service.map(provisioning))}`);
    }),
});

export const followedAt: Question = {
  asks: "Where is the operation of an approval followed, and does Drawbridge follow it there?",
  answer: (answers) =>
    thenFound(accepted(answers), ({ put }) => {
      if (put.status === null) return couldNot(describe(put));
      const headers = [
        ...(put.asyncOperation === undefined ? [] : [["Azure-AsyncOperation", put.asyncOperation] as const]),
        ...(put.location === undefined ? [] : [["Location", put.location] as const]),
      ];
      if (headers.length === 0) return known(`Nowhere: Azure answered ${put.status} and named no operation`);
      const named = headers.map(([name, address]) => `${name} ${shapeOf(address)}, ${followsOrNot(address)}`);
      const after = put.retryAfter === undefined ? "" : `; Retry-After ${word(put.retryAfter)}`;
      return known(named.join("; ") + after);
    }),
};

export const approvedAgain = (id: ConnectionId): Question => ({
  asks: "What does Azure answer where an Approved connection is approved again?",
  answer: (answers) =>
    thenFound(accepted(answers), () => {
      const second = answers.findLastIndex(({ method }) => method === "PUT");
      const put = answers[second];
      if (put === undefined || second === answers.findIndex(({ method }) => method === "PUT"))
        return couldNot("the connection was not seen Approved, so that it was not approved again");
      if (put.status === null) return couldNot(describe(put));
      const after = answers.slice(second).findLast((each) => stateOf(id, each) !== undefined);
      const state = after === undefined ? "" : `, and the connection is ${stateOf(id, after)} afterwards`;
      return known(`${statusOf(put)}${state}`);
    }),
});

interface Approval {
  readonly put: Answered;
  /** What was read until the connection was approved again. */
  readonly followed: readonly Answered[];
}

/** The approval, if Azure did not refuse it. */
function accepted(answers: readonly Answered[]): Found<Approval> {
  const first = answers.findIndex(({ method }) => method === "PUT");
  const put = answers[first];
  if (put === undefined) return couldNot(notApproved(answers));
  const rest = answers.slice(first + 1);
  const again = rest.findIndex(({ method }) => method === "PUT");
  const followed = again < 0 ? rest : rest.slice(0, again);
  return followed.length === 0 ? couldNot(describe(put)) : known({ put, followed });
}

function notApproved([before]: readonly Answered[]): string {
  return before === undefined || before.status !== 200
    ? `nothing was approved: ${before === undefined ? "nothing was read" : describe(before)}`
    : "nothing was approved: the connection was no longer Pending when its turn came";
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

function followsOrNot(address: string): string {
  const url = `https://management.azure.com${address}`;
  const follows = URL.canParse(url) && isOperationAddress(new URL(url));
  return follows ? "which Drawbridge follows" : "which Drawbridge does NOT follow";
}

const fixed = [
  "subscriptions",
  "resourcegroups",
  "providers",
  "microsoft.apimanagement",
  "service",
  "privateendpointconnections",
  "locations",
  "operationresults",
  "operationstatuses",
  "operationsstatuses",
];

/** An address without the names in it, whatever its form. */
function shapeOf(address: string): string {
  const [path = ""] = address.split("?");
  return path
    .split("/")
    .map((segment) => (segment === "" || fixed.includes(segment.toLowerCase()) ? segment : "{…}"))
    .join("/");
}
