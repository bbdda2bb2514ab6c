import { minuteMs } from "../../src/lib/clock.ts";
import { knownRead, mapRead } from "../../src/lib/estate/read.ts";
import type { Policy } from "../../src/lib/policy/language/policy.ts";
import { forgetting, onAzure, onLedger, type Plant, type PlantedBug } from "./planted-bug.ts";
import { atPlaces } from "./faults.ts";
import { governed } from "./profiles.ts";
import { usual, type Options } from "./run.ts";
import { endpointId, landingZone, sandbox } from "./world.ts";

interface Switch {
  /** Policies, by their index in `policiesWith`. */
  readonly from: number;
  readonly to: number;
  /** Subscriptions of the endpoints that the first policy approves. */
  readonly of: readonly string[];
  /** Whether the app may read them no longer when the second policy is deployed. */
  readonly unreadable?: true;
}

/** Approvals of one policy, all at one service, that another one judges an hour later. */
function switching({ from, to, of, unreadable }: Switch): Options {
  return {
    ...governed,
    services: 1,
    policies: [from],
    placesMax: Infinity,
    redeploys: 0,
    decisions: 0,
    // The mistake alone, so that the approvals are there in time.
    faults: () => atPlaces(new Map()),
    act: (running) => {
      const { sim, world } = running;
      const [service] = [...world.services.values()];
      if (service === undefined) throw new Error("a world without services");
      const at = (minutes: number, work: () => void) => {
        sim.time.at(sim.time.now() + minutes * minuteMs, work);
      };
      const ask = (subscription: string, name: string, subnet: string) =>
        world.ask(
          service,
          { id: endpointId(subscription, name), etag: 1, subnet, readable: "yes" },
          name,
          "Pending",
        );
      of.forEach((subscription, index) => {
        at(5 + 10 * index, () => ask(subscription, `pe-${index}`, "snet-endpoints"));
      });
      at(90, () => {
        running.deployed = { policy: to, mode: "enforce" };
        for (const process of running.platform.processes) process.crash();
        if (unreadable) for (const endpoint of world.endpoints.values()) endpoint.readable = "forbidden";
      });
      // A review of the service, in which its approvals are judged.
      at(100, () => ask(landingZone, "pe-last", "default"));
    },
  };
}

/** One connection stays, so that the others may be revoked. */
const revoking = switching({ from: 3, to: 2, of: [landingZone, sandbox, sandbox, sandbox] });

/** Services whose policy is another than the one that was deployed. */
const onPolicy =
  (change: (policy: Policy) => Policy): Plant =>
  (services) => ({
    ...services,
    policy: async () => {
      const loaded = await services.policy();
      if (loaded.kind === "invalid") return loaded;
      const compiled = { ...loaded.compiled, policy: change(loaded.compiled.policy) };
      return { ...loaded, compiled };
    },
  });

/** Mistakes in what a person decides. */
const often = { ...usual, decisions: 30 };

export const plantedInDeciding: readonly PlantedBug[] = [
  {
    name: "a person approves what the policy rejects",
    invariant: "I18 a person decides",
    options: {
      ...often,
      plant: (services) => ({
        ...services,
        // As if no rule rejected: what it holds instead is then a person's to decide.
        policy: async () => {
          const policy = await services.policy();
          if (policy.kind === "invalid") return policy;
          const { groups } = policy.compiled;
          const compiled = { ...policy.compiled, groups: { ...groups, reject: groups.alert } };
          return { ...policy, compiled };
        },
      }),
    },
  },
  {
    name: "a person decides on what is not held",
    invariant: "I18 a person decides",
    seed: 10,
    options: {
      ...often,
      plant: onLedger((ledger) => ({
        find: async (id) => {
          const found = await ledger.find(id);
          const isPending = found?.state === "Pending" && found.write === undefined;
          return isPending && found.phase === "Decided" ? { ...found, phase: "Held" } : found;
        },
      })),
    },
  },
  {
    name: "a person's decision is forgotten once it is recorded",
    invariant: "I18 a person decides",
    seed: 18,
    options: { ...often, plant: forgetting("person") },
  },
  {
    name: "revocations have no budget",
    invariant: "I23 revocation",
    options: {
      ...revoking,
      plant: (services) => ({
        ...services,
        breakers: {
          ...services.breakers,
          acquireRevocation: () => Promise.resolve({ kind: "permit", run: 0 } as const),
        },
      }),
    },
  },
  {
    name: "the last approved connection of a service is revoked",
    invariant: "I23 revocation",
    options: {
      ...switching({ from: 3, to: 2, of: [sandbox, sandbox] }),
      plant: onAzure((azure) => ({
        service: async (id) =>
          mapRead(await azure.service(id), (service) => ({
            ...service,
            publicNetworkAccess: knownRead("Enabled"),
          })),
      })),
    },
  },
  {
    name: "an approval is revoked without a grace",
    invariant: "I23 revocation",
    options: { ...revoking, plant: onPolicy((policy) => ({ ...policy, revokeAfterMs: 0 })) },
  },
  {
    name: "an approval is revoked on a fact that could not be read",
    invariant: "I2 fail closed",
    options: {
      ...switching({ from: 2, to: 3, of: [landingZone, landingZone], unreadable: true }),
      plant: onAzure((azure) => ({
        endpoint: async (id) => {
          const read = await azure.endpoint(id);
          if (read.kind === "known") return read;
          const group = id.text.split(/\/privateEndpoints\//i)[0] ?? "";
          const guessed = `${group}/virtualNetworks/vnet/subnets/default`;
          return knownRead({
            id,
            location: knownRead("westeurope"),
            tags: knownRead({}),
            subnetId: knownRead(guessed),
            privateAddresses: knownRead([]),
            applicationSecurityGroups: knownRead([]),
            targets: knownRead([]),
          });
        },
      })),
    },
  },
  {
    name: "the term of an approval is forgotten",
    invariant: "I24 terms",
    seed: 27,
    options: { ...governed, plant: forgetting("term", "nextAt") },
  },
];
