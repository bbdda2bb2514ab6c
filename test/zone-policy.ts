/** A landing zone, and a policy that approves requests from it: the smallest one whose verdict depends on a fact. */
export const zone = "11111111-1111-4111-8111-111111111111";
export const zonePolicy = `name: p
parameters: { zones: { type: Array, defaultValue: [${zone}] } }
rules:
  - name: zones
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
`;
