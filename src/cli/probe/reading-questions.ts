import type { ServiceAnswer } from "../../lib/addresses/azure-addresses.ts";
import { serviceAnswerOf } from "../../lib/azure/addresses-from.ts";
import type { ServiceId } from "../../lib/azure/resource-id.ts";
import { knownRead } from "../../lib/estate/read.ts";
import { addressKinds, comparedAddresses, comparedConnections, shortKind } from "./comparisons.ts";
import { couldNot, decoded, describe, known, thenFound, valueIn, word, type Found } from "./finding.ts";
import type { Answered } from "./probe-azure.ts";
import { asConnections, asOwnConnections, asRows, asTags, ownConnections } from "./read-answers.ts";
import type { Question } from "./step.ts";

/** The questions of the steps that only read. What could not be found out is neither a yes nor a no. */

export const connectionsListed = (service: ServiceId): Question => ({
  asks: "Does a service's own answer have its connections, as the list of them has?",
  answer: ([own, list]) =>
    thenFound(valueIn(list, asConnections(service)), (listed) =>
      thenFound(
        valueIn(own, (body) => knownRead(body)),
        (body) => thenFound(ownConnections(service, body), (shown) => comparedConnections(listed, shown)),
      ),
    ),
});

export const addressesShown = (service: ServiceId): Question => ({
  asks: "Which addresses does Azure show for a service of this tier?",
  answer: ([own]) =>
    thenFound(readService(service, own), ({ sku = "unknown", places }) => {
      const shown = addressKinds.map((kind) => {
        const lists = places.flatMap((place) => place[kind] ?? []);
        const isShown = places.some((place) => place[kind] !== undefined);
        return `${shortKind(kind)} ${isShown ? lists.length : "not in the answer"}`;
      });
      return known(`Of tier ${word(sku)}: ${shown.join(", ")}`);
    }),
});

export const connectionsInGraph = (service: ServiceId): Question => ({
  asks: "Does Resource Graph show the connections of a service as ARM does?",
  answer: ([own, graph]) =>
    thenFound(valueIn(own, asOwnConnections(service)), (inArm) =>
      thenFound(rowIn(graph), (row) =>
        thenFound(ownConnections(service, row), (inGraph) => comparedConnections(inArm, inGraph)),
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
          (inGraph) => comparedAddresses(inArm, inGraph),
        ),
      ),
    ),
});

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
