import type { ConnectionId } from "../../lib/azure/resource-id.ts";
import { minuteMs } from "../../lib/clock.ts";
import { approvalTakes, approvedAgain, followedAt, shownMeanwhile } from "./approving-questions.ts";
import { valueIn } from "./finding.ts";
import { followedOperation } from "./operation-address.ts";
import type { Answered, ProbeAzure } from "./probe-azure.ts";
import { asProvisioningState, asState } from "./read-answers.ts";
import { asRequested, type Requested } from "./requested.ts";
import { apimVersion, type Step } from "./step.ts";

const followEveryMs = 15_000;
const followMax = 60;

/** Approves the Pending connection that the person has named, and follows what Azure shows until it is over. */
export function approvingStep(requested: Requested): Step {
  const { id, endpoint } = requested;
  return {
    name: "approval",
    does:
      `APPROVES ${id.text}: its requester can connect from then on, and Azure cannot make it Pending again. Then reads the connection, ` +
      `the service and the operation every ${followEveryMs / 1000} seconds until it is over, at most ${(followEveryMs * followMax) / minuteMs} minutes, and approves it ` +
      `once more, to see the answer. It was requested by ${endpoint}${withMessage(requested)}`,
    writes: true,
    run: (azure) => approveAndFollow(azure, requested),
    questions: [
      approvalTakes(requested),
      shownMeanwhile(requested),
      followedAt(requested),
      approvedAgain(requested),
    ],
  };
}

function withMessage({ message }: Requested): string {
  if (message === undefined) return "; Azure's answer has no message";
  return message === "" ? "" : ` with the message ${JSON.stringify(message)}`;
}

async function approveAndFollow(azure: ProbeAzure, requested: Requested): Promise<readonly Answered[]> {
  const { id } = requested;
  const path = id.text + apimVersion;
  const before = await azure.get(path);
  const connection = asRequested(requested, before);
  if (connection.kind === "unknown") return [before];
  const body = {
    id: connection.value.armId,
    properties: {
      privateLinkServiceConnectionState: { status: "Approved", description: "drawbridge probe" },
    },
  };
  const first = await azure.put(path, body);
  const answers = [before, first, ...(await follow(azure, id, first))];
  const last = answers.findLast((each) => each.path === path);
  const state = valueIn(last, asState(id));
  if (state.kind === "unknown" || state.value !== "Approved") return answers;
  const second = await azure.put(path, body);
  return [...answers, second, ...(await follow(azure, id, second))];
}

/** Reads until the connection is decided and the service is ready. A write that Azure refused has nothing to follow. */
async function follow(azure: ProbeAzure, id: ConnectionId, put: Answered): Promise<readonly Answered[]> {
  if (isRefused(put)) return [];
  const answers: Answered[] = [];
  const operation = followedOperation(put);
  for (let times = 0; times < followMax; times++) {
    if (operation !== undefined) answers.push(await azure.get(operation));
    const connection = await azure.get(id.text + apimVersion);
    const service = await azure.get(id.service.text + apimVersion);
    answers.push(connection, service);
    if (connection.status === 404 || (isDecided(connection, id) && isReady(service))) break;
    await azure.wait(followEveryMs);
  }
  return answers;
}

/** An answer of 5xx, or none, leaves open whether the change was made. */
function isRefused({ status }: Answered): boolean {
  return status !== null && status >= 400 && status < 500 && status !== 408;
}

function isDecided(connection: Answered, id: ConnectionId): boolean {
  const state = valueIn(connection, asState(id));
  return state.kind === "known" && state.value !== "Pending";
}

/** What cannot be read is not waited for. */
function isReady(service: Answered): boolean {
  const state = valueIn(service, asProvisioningState);
  return state.kind === "unknown" || state.value !== "Updating";
}
