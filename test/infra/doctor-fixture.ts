import { expect } from "vitest";
import { doctor } from "../../src/functions/doctor.ts";
import type { Answer } from "../../src/functions/http/answers.ts";
import { armClients } from "../../src/lib/azure/arm-clients.ts";
import { armPermissionProbes } from "../../src/lib/azure/arm-permission-probes.ts";
import type { checkRights } from "../../src/lib/doctor/check-rights.ts";
import { onSimulator } from "../../src/azure-or-simulator.ts";
import { makeSystemTopic, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { publicIpIdOf } from "../ids.ts";
import { rateLimits } from "../workbench-services.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";
import { roles, type RoleName } from "./roles.ts";

/** An app with all the rights of its roles, or all but one, and its `doctor`. */
export type Found = Answer<"Doctor">;

const { platform, landingZone } = subscriptions;
const publicIpIn = (subscription: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network/publicIPAddresses/pip`;

/**
 * An app that has governed for a while: the services and one approved connection are known, and every resource can be
 * read.
 */
export async function startDoctorFixture(): Promise<Workbench> {
  const estate = smallEstate();
  for (const subscription of [platform, landingZone]) {
    const id = publicIpIn(subscription);
    const made = { location: "westeurope", tags: undefined, guid: "g", sku: "Standard", name: "pip" };
    const address = { allocation: "Static", address: "203.0.113.99", attachedTo: undefined } as const;
    estate.publicIps.set(id.toLowerCase(), { id, ...made, ...address });
  }
  // Of a tier that shares addresses, so that the service tags are read.
  for (const service of estate.services.values()) service.sku = { name: "StandardV2", capacity: 1 };
  for (const service of estate.services.values())
    service.properties = { ...service.properties, publicIpAddressId: publicIpIn(platform) };
  const topic = makeSystemTopic(landingZone);
  estate.systemTopics.set(topic.id.toLowerCase(), topic);
  const world = await startWorkbench(estate);
  const workbench = world.under({ watch: { ids: [publicIpIdOf(publicIpIn(landingZone))] } });
  await workbench.calm();
  const id = await workbench.ask();
  await workbench.review(id);
  await workbench.review(id);
  return workbench;
}

/** Leaves the app's principal the two roles, each where it is assigned, without one action. */
export function assignRoles(workbench: Workbench, lacking?: readonly [RoleName, string]): void {
  const actionsOf = (role: RoleName) =>
    roles[role].actions
      .map(({ action }) => action)
      .filter((action) => lacking?.[0] !== role || lacking[1] !== action);
  workbench.simulator.world.principals
    .get("simulated")
    ?.assignments.splice(
      0,
      9,
      { scope: `/subscriptions/${platform}`, actions: actionsOf("approver") },
      { scope: `/subscriptions/${landingZone}`, actions: actionsOf("reader") },
    );
}

export function servicesOf(workbench: Workbench): Parameters<typeof doctor>[0] {
  const config = { mode: "enforce", warnings: [], rateLimits } as unknown as Parameters<
    typeof doctor
  >[0]["config"];
  const rights = armPermissionProbes(armClients(onSimulator(workbench.simulator.url).arm));
  return { ...workbench.services, config, addressProblems: [], rights, storageProbes: [] };
}

export async function examineBy(workbench: Workbench, checkIn?: typeof checkRights): Promise<Found> {
  const request = { url: "http://localhost/api/doctor", query: new URLSearchParams() };
  const { status, jsonBody } = await doctor(servicesOf(workbench), checkIn)(request);
  expect(status ?? 200).toBe(200);
  return jsonBody as Found;
}

/** The action, role and subscription of each missing right. */
export function missingIn({ rights }: Found): readonly (readonly string[])[] {
  return rights
    .filter(({ state }) => state === "missing")
    .map(({ action, role, subscription }) => [action, role, subscription]);
}
