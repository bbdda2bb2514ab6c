import type { Azure, Connection, Endpoint, Network, Service } from "../../src/lib/connections/azure.ts";
import { mapRead, thenRead, unknownRead, type Read } from "../../src/lib/estate/read.ts";

/** Azure may refuse a write for a while, although nothing shows that it is at work. */
const busyMs = 600_000;

/**
 * Azure whose answers leave out, now and then, something that they otherwise say: what the readers make of a property that is
 * absent, null or of another type, of a list that is short of a member or has one that cannot be read, and of a 404 that is not
 * about the resource (I17). `test/connections/untidy` holds the readers themselves to that.
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
    // What cannot be made out of an operation's answer is unknown, and of a PUT's whether it was taken.
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

/** One property that can be unknown is. */
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
