import type { PolicyJson } from "../policy-reference.ts";
import { landingZone, sandbox } from "./world.ts";

/** The most approved connections that each policy lets a service have. */
export const placesMax = 4;

/** Policies that are deployed one after the other; each in the form that the second evaluator reads too. */
export const policies: readonly PolicyJson[] = [
  {
    name: "usual",
    limits: [{ name: "few", max: placesMax }],
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
  },
  {
    name: "strict",
    limits: [{ name: "few", max: placesMax }],
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
  },
];
