import type { PolicyJson } from "../policy/policy-reference.ts";
import { landingZone, sandbox } from "./world.ts";

/** Each policy's usual limit of approved connections for a service. */
export const usualPlacesMax = 4;

/**
 * Policies to deploy in turn, in the form that the reference evaluator reads. An infinite `placesMax` leaves out the
 * limit.
 */
export function policiesWith(placesMax: number): readonly PolicyJson[] {
  const limits = [{ name: "few", max: placesMax }];
  return Number.isFinite(placesMax) ? unlimited.map((each) => ({ ...each, limits })) : unlimited;
}

const usual: PolicyJson = {
  name: "usual",
  rules: [
    {
      name: "landing zones",
      if: {
        allOf: [
          { field: "endpoint.subscriptionId", equals: landingZone },
          { field: "endpoint.subnet.name", like: "snet-endpoints*" },
        ],
      },
      then: { effect: "approve" },
    },
    {
      name: "blocked",
      if: { field: "endpoint.subscriptionId", equals: sandbox },
      then: { effect: "reject" },
    },
  ],
  default: "hold",
};

const strict: PolicyJson = {
  name: "strict",
  rules: [
    {
      name: "landing zones",
      if: {
        allOf: [
          { field: "endpoint.subscriptionId", in: [landingZone, sandbox] },
          { field: "endpoint.subnet.name", equals: "snet-endpoints" },
          { field: "connection.groupId", equals: "Gateway" },
        ],
      },
      then: { effect: "approve" },
    },
    {
      name: "default subnets",
      if: { field: "endpoint.subnet.name", equals: "default" },
      then: { effect: "reject" },
    },
  ],
  default: "hold",
};

/** A policy whose approvals end after an hour, and which revokes what it rejects, an hour after the notice. */
function brief(name: string, policy: PolicyJson): PolicyJson {
  const rules = policy.rules.map(({ then, ...rule }) => ({
    ...rule,
    then: then.effect === "approve" ? { ...then, for: "PT1H" } : then,
  }));
  return { ...policy, name, rules, revoke: "rejected", revokeAfter: "PT1H" };
}

/** The first two are what a redeployment usually chooses from. */
const unlimited: readonly PolicyJson[] = [
  usual,
  strict,
  brief("brief", usual),
  brief("brief strict", strict),
];
