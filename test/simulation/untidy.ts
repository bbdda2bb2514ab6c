import type {
  Azure,
  Connection,
  Endpoint,
  Network,
  Service,
} from "../../src/lib/connections/azure-connections.ts";
import { mapRead, thenRead, unknownRead, type Read } from "../../src/lib/estate/read.ts";

/** How long Azure refuses a write although no answer shows that it is busy. */
const busyMs = 600_000;

/**
 * Azure whose answers sometimes lack something (I17), in the form that the readers give to it: a property that is
 * absent, null or of another type, a list that lacks a member or has an unreadable one, or a 404 that is not about the
 * resource. `test/connections/untidy` tests the readers themselves.
 */
export function untidyAzure(azure: Azure, chance: () => number, likely: () => number): Azure {
  const now = () => chance() < likely();
  const untidily = <T>(read: Read<T>, change: (value: T) => Read<T>): Read<T> =>
    now() ? thenRead(read, (value) => (chance() < 0.1 ? unknownRead("not-visible") : change(value))) : read;
  return {
    ...azure,
    connection: async (id) => untidily(await azure.connection(id), (each) => lacking(each, chance)),
    service: async (id) => untidily(await azure.service(id), (each) => lackingOf(each, chance)),
    endpoint: async (id) => untidily(await azure.endpoint(id), (each) => withoutOne<Endpoint>(each, chance)),
    network: async (id) => untidily(await azure.network(id), (each) => withoutOne<Network>(each, chance)),
    // An unreadable answer of an operation is unknown; after one to a PUT, it is unclear whether Azure accepted it.
    operation: async (...asked) => {
      const status = await azure.operation(...asked);
      return now() ? { kind: "unknown", reason: "malformed" } : status;
    },
    setState: async (...asked) => {
      if (now()) return { kind: "busy", code: "ServiceBusy", retryAfterMs: busyMs };
      const outcome = await azure.setState(...asked);
      return now() ? { kind: "unclear", code: "UnknownError" } : outcome;
    },
    subscriptions: async (...asked) =>
      untidily(await azure.subscriptions(...asked), ({ at, byId }) => ({
        kind: "known",
        value: { at, byId: new Map(without([...byId], chance)) },
      })),
    inventory: async (...asked) =>
      untidily(await azure.inventory(...asked), ({ items, ...page }) => ({
        kind: "known",
        value: {
          ...page,
          items: without(
            items.map(({ connections, ...each }) =>
              connections === undefined || chance() < 0.5
                ? each
                : { ...each, connections: without(connections, chance) },
            ),
            chance,
          ),
        },
      })),
  };
}

function lacking(connection: Connection, chance: () => number): Read<Connection> {
  const { endpointId: _endpoint, description: _description, ...rest } = connection;
  const { description = "", endpointId = "" } = connection;
  const forms: readonly Connection[] = [
    { ...rest, description },
    { ...rest, endpointId },
    { ...connection, description: "" },
    { ...connection, state: "Provisioning" },
    { ...connection, endpointId: endpointId.toUpperCase() },
    { ...connection, provisioningState: unknownRead("malformed") },
  ];
  return { kind: "known", value: forms[Math.floor(chance() * forms.length)] ?? connection };
}

function lackingOf(service: Service, chance: () => number): Read<Service> {
  if (chance() < 0.5) return withoutOne(service, chance);
  const short = mapRead(service.connections, (all) => without(all, chance));
  const readable = short.kind === "known" ? short.value : [];
  return {
    kind: "known",
    value: { ...service, readable, connections: chance() < 0.5 ? short : unknownRead("incomplete-list") },
  };
}

/** Makes one property unknown. */
function withoutOne<T extends object>(value: T, chance: () => number): Read<T> {
  const names = Object.entries(value).flatMap(([name, each]) =>
    typeof each === "object" && each !== null && "kind" in each && (each as Read<unknown>).kind === "known"
      ? [name]
      : [],
  );
  const name = names[Math.floor(chance() * names.length)];
  return {
    kind: "known",
    value: name === undefined ? value : { ...value, [name]: unknownRead("not-in-answer") },
  };
}

function without<T>(list: readonly T[], chance: () => number): readonly T[] {
  const index = Math.floor(chance() * list.length);
  return list.filter((_, each) => each !== index);
}
