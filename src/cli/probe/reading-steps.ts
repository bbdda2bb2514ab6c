import { regionTagOf } from "../../lib/addresses/model/region-tag.ts";
import type { ServiceId } from "../../lib/azure/resource-id.ts";
import { approvalReferences, endpointStatuses, foreignStatus } from "./endpoint-questions.ts";
import {
  addressesShown,
  connectionsInGraph,
  addressesInGraph,
  connectionsListed,
  serviceTags,
} from "./reading-questions.ts";
import { apimVersion, type Step } from "./step.ts";
import { asRegion, endpointIdsIn, onlyTag } from "./read-answers.ts";

/** The first one with `approvalReference`. */
const networkVersion = "?api-version=2026-01-01";
const endpointsMax = 10;

/** The steps that only read, in the order in which they are offered. */
export function readingSteps(service: ServiceId): readonly Step[] {
  const { text: path, subscriptionId } = service;
  const list = `${path}/privateEndpointConnections${apimVersion}`;
  return [
    {
      name: "service",
      does: `reads ${path} and the list of its connections`,
      writes: false,
      run: async ({ get }) => [await get(path + apimVersion), await get(list)],
      questions: [connectionsListed(service), addressesShown(service)],
    },
    {
      name: "inventory",
      does: "reads the service, and asks Resource Graph for it",
      writes: false,
      run: async ({ get, query }) => [
        await get(path + apimVersion),
        await query(rowOf(path), subscriptionId),
      ],
      questions: [connectionsInGraph(service), addressesInGraph(service)],
    },
    {
      name: "endpoints",
      does: `reads the private endpoints that the service's connections name, at most ${endpointsMax}`,
      writes: false,
      run: async ({ get }) => {
        const connections = await get(list);
        const answers = [connections];
        for (const { text } of endpointIdsIn(connections.body).slice(0, endpointsMax))
          answers.push(await get(text + networkVersion));
        return answers;
      },
      questions: [endpointStatuses(service), foreignStatus(service), approvalReferences(service)],
    },
    {
      name: "service-tags",
      does: "reads the service, and the service tag AzureCloud of its region",
      writes: false,
      run: async ({ get }) => {
        const own = await get(path + apimVersion);
        const region = asRegion(own.body);
        if (region.kind === "unknown") return [own];
        const tags = await get(
          `/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/${region.value}/serviceTags${networkVersion}`,
        );
        return [
          own,
          tags.status === null ? tags : { ...tags, body: onlyTag(tags.body, regionTagOf(region.value)) },
        ];
      },
      questions: [serviceTags],
    },
  ];
}

function rowOf(path: string): string {
  return `resources | where id =~ '${path}' | project id, name, location, zones, sku, tags, properties`;
}
