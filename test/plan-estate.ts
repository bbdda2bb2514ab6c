import { afterEach, beforeEach } from "vitest";
import { generatedEstate, landingZones } from "../simulator/estate/generate.ts";
import { startSimulator, type Simulator } from "../simulator/server.ts";
import { temporaryFolder, type Folder } from "./folder.ts";

/** The subscription of the generated services. */
export const host = "00000000-0000-4000-8000-0000000000b0";

/** The landing zones are approved, and the rejected subscription is rejected, by a rule whose texts are hostile. */
export const policyText = (zones: readonly string[], rejected = "") => `name: mine
rules:
  - name: zones
    if: { field: endpoint.subscriptionId, in: [${zones.join(", ")}] }
    then: { effect: approve }
${rejected === "" ? "" : `  - { name: "not | <b>these</b>", if: { field: endpoint.subscriptionId, equals: ${rejected} }, then: { effect: reject, reason: "ask @team | [here](http://x)" } }\n`}`;

export interface PlanEstate {
  readonly folder: Folder;
  readonly simulator: () => Simulator;
  readonly plan: (
    args?: string,
    environment?: Readonly<Record<string, string>>,
  ) => ReturnType<Folder["drawbridge"]>;
}

/** A simulated estate with six Pending connections for each test of a file, and a policy that approves all of them. */
export function planEstate(): PlanEstate {
  const folder = temporaryFolder();
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator(
      generatedEstate({ services: 4, subscriptions: 1, pending: 6, approved: 2, seed: 3 }),
    );
    folder.write("policy.yaml", policyText(landingZones));
  });
  afterEach(() => simulator.stop());
  return {
    folder,
    simulator: () => simulator,
    plan: (args = "", environment = {}) =>
      folder.drawbridge(`plan --policy policy.yaml ${args}`.trim(), {
        DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
        DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: host,
        ...environment,
      }),
  };
}

export const connectionsOf = ({ world }: Simulator) =>
  [...world.services.values()].flatMap(({ connections }) => [...connections.values()]);
export const pendingOf = (simulator: Simulator) =>
  connectionsOf(simulator).filter(({ status }) => status === "Pending");
export const requesterOf = (connection: { readonly endpointId: string } | undefined) =>
  connection?.endpointId.split("/")[2] ?? "";

/** A plan as `--format json` prints it. */
export interface PrintedPlan {
  readonly connections: readonly {
    readonly connection: string;
    readonly action: string;
    readonly before?: object;
  }[];
}
