import type { ServiceAnswer } from "../../lib/addresses/azure.ts";
import { serviceAnswerOf } from "../../lib/azure/addresses-from.ts";
import { parseEndpointId, type ServiceId } from "../../lib/azure/resource-id.ts";
import type { Connection } from "../../lib/connections/azure.ts";
import { normaliseLocation } from "../../lib/policy/values/location.ts";
import {
  couldNot,
  decoded,
  describe,
  known,
  statusOf,
  thenFound,
  valueIn,
  word,
  type Finding,
  type Found,
} from "./finding.ts";
import type { Answered } from "./probe-azure.ts";
import { asConnections, asOwnConnections, asRows, asTags, inheritsApproval } from "./read-answers.ts";
import type { Question } from "./step.ts";

/** The questions of the steps that only read. What could not be found out is neither a yes nor a no. */

export const connectionsListed = (service: ServiceId): Question => ({
  asks: "Does a service's own answer have its connections, as the list of them has?",
  answer: ([own, list]) =>
    thenFound(valueIn(list, asConnections(service)), (listed) =>
      thenFound(valueIn(own, asOwnConnections(service)), (shown) => comparedConnections(listed, shown)),
    ),
});

export const addressesShown = (service: ServiceId): Question => ({
  asks: "Which addresses does Azure show for a service of this tier?",
  answer: ([own]) =>
    thenFound(readService(service, own), ({ sku = "unknown", places }) => {
      const kinds = (["publicAddresses", "privateAddresses", "outboundAddresses"] as const).map((kind) => {
        const lists = places.flatMap((place) => place[kind] ?? []);
        const isShown = places.some((place) => place[kind] !== undefined);
        return `${kind.replace("Addresses", "")} ${isShown ? lists.length : "not in the answer"}`;
      });
      return known(`Of tier ${word(sku)}: ${kinds.join(", ")}`);
    }),
});

export const connectionsInGraph = (service: ServiceId): Question => ({
  asks: "Does Resource Graph show the connections of a service as ARM does?",
  answer: ([own, graph]) =>
    thenFound(valueIn(own, asOwnConnections(service)), (inArm) =>
      thenFound(rowIn(graph), (row) =>
        thenFound(decoded(row, asOwnConnections(service)), (inGraph) => comparedConnections(inArm, inGraph)),
      ),
    ),
});

export const addressesInGraph = (service: ServiceId): Question => ({
  asks: "Does Resource Graph show the addresses of a service as ARM does?",
  answer: ([own, graph]) =>
    thenFound(readService(service, own), (inArm) =>
      thenFound(rowIn(graph), (row) =>
        thenFound(
          decoded(row, (value) => serviceAnswerOf(service, value)),
          (inGraph) => comparedAddresses(addressesOf(inArm), addressesOf(inGraph)),
        ),
      ),
    ),
});

export const endpointStatuses = (service: ServiceId): Question => ({
  asks: "With which status does Azure answer for a private endpoint of another subscription?",
  answer: (answers) =>
    thenFound(otherEndpoints(service, answers), (others) => known(countedStatuses(others))),
});

const foreignTenant = "401 InvalidAuthenticationTokenTenant";

export const foreignStatus = (service: ServiceId): Question => ({
  asks: "With which status does Azure answer for a private endpoint of another tenant?",
  answer: (answers) =>
    thenFound(otherEndpoints(service, answers), (others) => {
      const foreign = others.filter((each) => statusOf(each) === foreignTenant).length;
      return foreign > 0
        ? known(`${foreignTenant}, for ${foreign} of ${others.length}`)
        : couldNot(
            `for none of ${others.length} Azure said so (${foreignTenant}); if you know one of them to be in another tenant, its status is the answer`,
          );
    }),
});

export const approvalReferences: Question = {
  asks: "Can a connection to API Management inherit its approval (approvalReference)?",
  answer: ([list, ...endpoints]) =>
    thenFound(listRead(list), () => {
      const readable = endpoints.filter(({ status }) => status === 200);
      const inheriting = readable.filter(({ body }) => inheritsApproval(body)).length;
      if (inheriting > 0) return known(`Yes: ${inheriting} of ${readable.length} endpoints did`);
      return couldNot(
        readable.length === 0
          ? "none of its endpoints could be read"
          : `no endpoint that could be read did (${readable.length}), which does not mean that none can`,
      );
    }),
};

export const serviceTags: Question = {
  asks: "May this account read the service tags of the region?",
  answer: ([own, tags]) => {
    if (tags === undefined) return couldNot(own === undefined ? "nothing was read" : noRegion(own));
    if (tags.status === 403) return known(`No: ${describe(tags)}`);
    return thenFound(valueIn(tags, asTags), ([tag]) => {
      if (tag === undefined) return couldNot("Azure's answer has no tag of the region");
      return tag.prefixes.kind === "known"
        ? known(`Yes: its tag has ${tag.prefixes.value.length} prefixes`)
        : couldNot(`the region's tag cannot be used as it is (${tag.prefixes.reason})`);
    });
  },
};

function noRegion(own: Answered): string {
  return own.status === 200 ? "the service's answer names no region" : describe(own);
}

function readService(service: ServiceId, own: Answered | undefined): Found<ServiceAnswer> {
  return valueIn(own, (body) => serviceAnswerOf(service, body));
}

function rowIn(graph: Answered | undefined): Found<unknown> {
  return thenFound(valueIn(graph, asRows), ([row]) =>
    row === undefined
      ? couldNot("Resource Graph has no row of the service, though ARM has it; it may be late")
      : known(row),
  );
}

function comparedConnections(expected: readonly Connection[], shown: readonly Connection[]): Finding {
  if (expected.length + shown.length === 0) return couldNot("the service has no connections");
  const states = new Map(shown.map(({ id, state }) => [id.text, state]));
  const same = expected.filter(({ id, state }) => states.get(id.text) === state).length;
  const moved = expected.filter(({ id, state }) => ![undefined, state].includes(states.get(id.text))).length;
  const more = shown.length - same - moved;
  const differences = [
    ...(moved === 0 ? [] : [`${moved} in another state`]),
    ...(more === 0 ? [] : [`${more} more`]),
  ];
  return compared({ same, of: expected.length, as: "in the same state", differences });
}

/** Each address with its kind and its place. */
function addressesOf({ places }: ServiceAnswer): ReadonlySet<string> {
  return new Set(
    places.flatMap(({ location, publicAddresses = [], privateAddresses = [], outboundAddresses = [] }) =>
      Object.entries({ publicAddresses, privateAddresses, outboundAddresses }).flatMap(([kind, list]) =>
        list.map((address) => `${kind} ${normaliseLocation(location)} ${address}`),
      ),
    ),
  );
}

function comparedAddresses(expected: ReadonlySet<string>, shown: ReadonlySet<string>): Finding {
  if (expected.size + shown.size === 0) return couldNot("the service has no addresses");
  const same = [...expected].filter((each) => shown.has(each)).length;
  const differences = shown.size === same ? [] : [`${shown.size - same} more`];
  return compared({ same, of: expected.size, as: "of the same kind and place", differences });
}

interface Comparison {
  readonly same: number;
  readonly of: number;
  readonly as: string;
  readonly differences: readonly string[];
}

function compared({ same, of, as, differences }: Comparison): Finding {
  const isSame = same === of && differences.length === 0;
  return known([`${isSame ? "Yes" : "No"}: ${same} of ${of} ${as}`, ...differences].join(", "));
}

function listRead(list: Answered | undefined): Found<true> {
  if (list === undefined) return couldNot("nothing was read");
  return list.status === 200 ? known(true) : couldNot(describe(list));
}

/** The answers for endpoints that are in other subscriptions than the service. */
function otherEndpoints(
  { subscriptionId }: ServiceId,
  [list, ...endpoints]: readonly Answered[],
): Found<readonly Answered[]> {
  return thenFound(listRead(list), () => {
    const others = endpoints.filter(({ path }) => subscriptionOf(path) !== subscriptionId);
    const answered = others.filter(({ status }) => status !== null);
    if (others.length === 0) return couldNot("the service has no connection from another subscription");
    return answered.length === 0 ? couldNot("Azure answered for none of its endpoints") : known(others);
  });
}

function subscriptionOf(path: string): string | undefined {
  return parseEndpointId(path.split("?")[0] ?? "")?.subscriptionId;
}

/** Such as `1 with 200, 2 with 403 AuthorizationFailed`. */
function countedStatuses(answers: readonly Answered[]): string {
  const counts = new Map<string, number>();
  for (const status of answers.map(statusOf)) counts.set(status, (counts.get(status) ?? 0) + 1);
  const counted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return counted.map(([status, count]) => `${count} with ${status}`).join(", ");
}
