import { makeService } from "./estate.ts";
import type { Connection, ConnectionStatus, Service, ServiceProperties } from "./world.ts";

/** What `drawbridge probe` writes of a step. */
export interface ProbeFixture {
  readonly v: number;
  readonly step: string;
  readonly answers: readonly {
    readonly method: string;
    readonly path: string;
    /** Null where no answer arrived. */
    readonly status: number | null;
    readonly body: unknown;
  }[];
}

interface RecordedService {
  readonly id: string;
  readonly location: string;
  readonly sku: { readonly name: string; readonly capacity: number };
  readonly tags?: Readonly<Record<string, string>> | null;
  readonly zones?: readonly string[] | null;
  readonly properties: ServiceProperties & {
    readonly privateEndpointConnections?: readonly RecordedConnection[] | null;
  };
}

interface RecordedConnection {
  readonly id: string;
  readonly name: string;
  readonly properties: {
    readonly privateEndpoint?: { readonly id: string };
    readonly groupIds?: readonly string[];
    readonly privateLinkServiceConnectionState: {
      readonly status: ConnectionStatus;
      readonly description?: string;
    };
  };
}

/** The services of fixtures, as Azure showed them, for a world. */
export function recordedServices(fixtures: readonly ProbeFixture[]): readonly Service[] {
  const bodies = fixtures
    .filter(({ v, step }) => v === 1 && step === "service")
    .flatMap(({ answers }) =>
      answers.filter(({ path, status }) => status === 200 && !path.includes("/privateEndpointConnections")),
    );
  return bodies.map(({ body }) => serviceFrom(body as RecordedService));
}

function serviceFrom({ id, location, sku, tags, zones, properties: all }: RecordedService): Service {
  const { privateEndpointConnections, ...properties } = all;
  const [, , subscriptionId = ""] = id.split("/");
  const made = makeService(id.split("/").at(-1) ?? "", subscriptionId);
  return {
    ...made,
    id,
    location,
    sku,
    tags: tags ?? {},
    zones: zones ?? [],
    properties,
    connections: new Map((privateEndpointConnections ?? []).map((each) => [each.name, connectionFrom(each)])),
  };
}

function connectionFrom({ id, name, properties }: RecordedConnection): Connection {
  const { status, description = "" } = properties.privateLinkServiceConnectionState;
  return {
    id,
    name,
    endpointId: properties.privateEndpoint?.id ?? "",
    groupIds: properties.groupIds ?? ["Gateway"],
    status,
    description,
  };
}
