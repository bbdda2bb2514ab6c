/** Names of the app's two roles, as `infra/estate/roles` deploys them. */
export const roleNames = { approver: "Drawbridge Approver", reader: "Drawbridge Reader" } as const;

export type RoleName = keyof typeof roleNames;

/** How a role is granted at a scope, in one sentence: the same words in the health, in doctor and on the dashboard. */
export function howToGrant(name: RoleName, scope: string): string {
  return name === "approver"
    ? `Assign ${roleNames.approver} at ${scope}: add the subscription to approverScopes and deploy infra/estate/main.bicep.`
    : `Assign ${roleNames.reader} at a management group above ${scope}: deploy infra/estate/main.bicep there.`;
}
