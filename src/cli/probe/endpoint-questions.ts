import { parseEndpointId, type ServiceId } from "../../lib/azure/resource-id.ts";
import { couldNot, known, statusOf, thenFound, valueIn, type Found } from "./finding.ts";
import type { Answered } from "./probe-azure.ts";
import { asConnections, inheritsApproval } from "./read-answers.ts";
import type { Question } from "./step.ts";

/**
 * The questions of the step that reads the endpoints of a service: its answers are the list of connections and the
 * endpoints.
 */

export const endpointStatuses = (service: ServiceId): Question => ({
  asks: "With which status does Azure answer for a private endpoint of another subscription?",
  answer: (answers) =>
    thenFound(otherEndpoints(service, answers), (others) =>
      known(countedStatuses(others.answered) + left(others)),
    ),
});

const foreignTenant = "401 InvalidAuthenticationTokenTenant";

export const foreignStatus = (service: ServiceId): Question => ({
  asks: "With which status does Azure answer for a private endpoint of another tenant?",
  answer: (answers) =>
    thenFound(otherEndpoints(service, answers), (others) => {
      const { answered } = others;
      const statuses = `Azure answered ${countedStatuses(answered)}${left(others)}`;
      const foreign = answered.filter((each) => statusOf(each) === foreignTenant).length;
      return foreign > 0
        ? known(`${foreignTenant}, for ${foreign} of ${answered.length}: ${statuses}`)
        : couldNot(
            `for none of ${answered.length} Azure said so (${foreignTenant}): ${statuses}; if you know one of them to be in another tenant, its status is the answer`,
          );
    }),
});

export const approvalReferences = (service: ServiceId): Question => ({
  asks: "Can a connection to API Management inherit its approval (approvalReference)?",
  answer: ([list, ...endpoints]) => {
    const readable = endpoints.filter(({ status }) => status === 200);
    const inheriting = readable.filter(({ body }) => inheritsApproval(body)).length;
    if (inheriting > 0) return known(`Yes: ${inheriting} of ${readable.length} endpoints did`);
    return thenFound(valueIn(list, asConnections(service)), ({ length }) => {
      if (length === 0) return couldNot("the service has no connections");
      return couldNot(
        readable.length === 0
          ? "none of its endpoints could be read"
          : `no endpoint that could be read did (${readable.length}), which does not mean that none can`,
      );
    });
  },
});

/** The endpoints that are in other subscriptions than the service. */
interface OtherEndpoints {
  readonly answered: readonly Answered[];
  /** How many Azure did not answer for, and how many were not asked for, because the list is long. */
  readonly unanswered: number;
  readonly unread: number;
}

function otherEndpoints(
  service: ServiceId,
  [list, ...endpoints]: readonly Answered[],
): Found<OtherEndpoints> {
  return thenFound(valueIn(list, asConnections(service)), (connections) => {
    const named = connections.map(({ endpointId = "" }) => parseEndpointId(endpointId));
    const others = new Set(
      named.flatMap((id) => (id && id.subscriptionId !== service.subscriptionId ? [id.text] : [])),
    );
    const unnamed = named.filter((id) => id === undefined).length;
    if (others.size === 0)
      return couldNot(
        unnamed === 0
          ? "the service has no connection from another subscription"
          : `no connection names an endpoint of another subscription, but ${unnamed} of ${connections.length} name none that can be read`,
      );
    const read = endpoints.filter(({ path }) => others.has(endpointIn(path) ?? ""));
    if (read.length === 0)
      return couldNot(
        `none of the first ${endpoints.length} endpoints is of another subscription; the ${others.size} that are were not read`,
      );
    const answered = read.filter(({ status }) => status !== null);
    return answered.length === 0
      ? couldNot(
          `Azure answered for none of the endpoints of other subscriptions that it was asked for (${read.length})`,
        )
      : known({ answered, unanswered: read.length - answered.length, unread: others.size - read.length });
  });
}

function endpointIn(path: string): string | undefined {
  return parseEndpointId(path.split("?")[0] ?? "")?.text;
}

/** What a known answer does not cover. */
function left({ unanswered, unread }: OtherEndpoints): string {
  return [
    ...(unanswered === 0 ? [] : [`; no answer for ${unanswered} more`]),
    ...(unread === 0 ? [] : [`; ${unread} more were not read`]),
  ].join("");
}

/** Such as `1 with 200, 2 with 403 AuthorizationFailed`. */
function countedStatuses(answers: readonly Answered[]): string {
  const counts = new Map<string, number>();
  for (const status of answers.map(statusOf)) counts.set(status, (counts.get(status) ?? 0) + 1);
  const counted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return counted.map(([status, count]) => `${count} with ${status}`).join(", ");
}
