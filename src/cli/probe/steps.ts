import { regionTagOf } from "../../lib/addresses/model/region-tag.ts";
import type { ConnectionId, ServiceId } from "../../lib/azure/resource-id.ts";
import type { Answered, ProbeAzure } from "./probe-azure.ts";

/** A step of the probe. */
export interface Step {
  readonly name: string;
  /** The open question that it answers. */
  readonly question: string;
  /** What it will do, as the person is told before. */
  readonly does: string;
  readonly writes: boolean;
  readonly run: (azure: ProbeAzure, wait: (ms: number) => Promise<void>) => Promise<readonly Answered[]>;
}

const apim = "?api-version=2024-05-01";
const network = "?api-version=2024-05-01";
const followEveryMs = 15_000;
const followMax = 60;
const endpointsMax = 10;

const pathOf = ({ subscriptionId, resourceGroup, serviceName }: ServiceId) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ApiManagement/service/${serviceName}`;

/** The steps that only read, in the order in which they are offered. */
export function readingSteps(service: ServiceId): readonly Step[] {
  const path = pathOf(service);
  return [
    {
      name: "service",
      question: "How does Azure answer for a service, its addresses and its connections?",
      does: `reads ${path} and the list of its connections`,
      writes: false,
      run: async ({ get }) => [
        await get(`${path}${apim}`),
        await get(`${path}/privateEndpointConnections${apim}`),
      ],
    },
    {
      name: "inventory",
      question: "Are connections and addresses of API Management in Resource Graph, as ARM has them?",
      does: "asks Resource Graph for this service",
      writes: false,
      run: async ({ query }) => [
        await query(
          `resources | where id =~ '${path}' | project id, name, sku, tags, properties`,
          service.subscriptionId,
        ),
      ],
    },
    {
      name: "endpoints",
      question:
        "With which status does Azure answer for a private endpoint of another subscription or tenant?",
      does: `reads the private endpoints that the service's connections name, at most ${endpointsMax}`,
      writes: false,
      run: async ({ get }) => {
        const list = await get(`${path}/privateEndpointConnections${apim}`);
        const ids = endpointsIn(list.body).slice(0, endpointsMax);
        const answers: Answered[] = [];
        for (const id of ids) answers.push(await get(`${id}${network}`));
        return answers;
      },
    },
    {
      name: "service-tags",
      question: "Does the account see the service tags of the region?",
      does: "reads the tag AzureCloud of the service's region",
      writes: false,
      run: async ({ get }) => {
        const { body } = await get(`${path}${apim}`);
        const region = ((body as { readonly location?: string } | null)?.location ?? "westeurope")
          .replaceAll(" ", "")
          .toLowerCase();
        const answer = await get(
          `/subscriptions/${service.subscriptionId}/providers/Microsoft.Network/locations/${region}/serviceTags${network}`,
        );
        return [{ ...answer, body: onlyTag(answer.body, regionTagOf(region)) }];
      },
    },
  ];
}

/** Approves one Pending connection that the person has named, and follows what Azure shows until it is over. */
export function approvingStep(id: ConnectionId): Step {
  const service = pathOf(id.service);
  const path = `${service}/privateEndpointConnections/${id.connectionName}`;
  return {
    name: "approval",
    question:
      "How long does an approval take, what do the connection and the service show meanwhile, and where is it followed?",
    does: `APPROVES ${path}: its requester can connect from then on, and Azure cannot make it Pending again. Then reads the connection, the service and the operation every 15 seconds until it is over`,
    writes: true,
    run: async ({ get, put }, wait) => {
      const before = await get(`${path}${apim}`);
      const { id: armId = path, status } = connectionIn(before.body);
      if (status !== "Pending") return [before];
      const properties = {
        privateLinkServiceConnectionState: { status: "Approved", description: "drawbridge probe" },
      };
      const answers = [before, await put(`${path}${apim}`, { id: armId, properties })];
      const operation = answers[1]?.location;
      for (let times = 0; times < followMax; times++) {
        if (operation !== undefined) answers.push(await get(operation));
        const connection = await get(`${path}${apim}`);
        answers.push(connection, await get(`${service}${apim}`));
        if (connectionIn(connection.body).status !== "Pending") break;
        await wait(followEveryMs);
      }
      return answers;
    },
  };
}

interface ConnectionBody {
  readonly id?: string;
  readonly properties?: {
    readonly privateEndpoint?: { readonly id?: string };
    readonly privateLinkServiceConnectionState?: { readonly status?: string };
  };
}

function connectionIn(body: unknown): { readonly id?: string; readonly status?: string } {
  const { id, properties } = (body ?? {}) as ConnectionBody;
  const status = properties?.privateLinkServiceConnectionState?.status;
  return { ...(id === undefined ? {} : { id }), ...(status === undefined ? {} : { status }) };
}

function endpointsIn(body: unknown): readonly string[] {
  const { value = [] } = (body ?? {}) as { readonly value?: readonly ConnectionBody[] };
  return value.flatMap(({ properties }) => properties?.privateEndpoint?.id ?? []);
}

/** The answer has thousands of tags. */
function onlyTag(body: unknown, name: string): unknown {
  const { values, ...rest } = (body ?? {}) as { readonly values?: readonly { readonly name?: string }[] };
  return values === undefined
    ? body
    : { ...rest, values: values.filter((each) => each.name?.toLowerCase() === name.toLowerCase()) };
}
