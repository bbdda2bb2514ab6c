import { known } from "../../src/lib/policy/values/fact.ts";
import type { Given } from "./policy-makers.ts";

export const landingZone = "22222222-2222-4222-8222-222222222222";

/** One rule of each effect that decides. */
export const three = `
name: three
rules:
  - name: a rejects
    if: { field: endpoint.location, equals: eastus }
    then: { effect: reject, reason: not from there }
  - name: b holds
    if: { field: endpoint.subnet.name, equals: shared }
    then: { effect: hold }
  - name: c approves
    if: { field: endpoint.subscriptionId, equals: ${landingZone} }
    then: { effect: approve }
`;

/** A requester that the approve rule names. */
export const mine: Given = { "endpoint.subscriptionId": known(landingZone) };
