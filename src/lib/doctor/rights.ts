import approver from "../../../infra/estate/roles/approver.json" with { type: "json" };
import reader from "../../../infra/estate/roles/reader.json" with { type: "json" };

/** The roles as they are deployed, by the side that each is for. */
const roles = { approver, reader };

export type RoleName = keyof typeof roles;

/** An action of a role: what it is for, and how it is granted. */
export interface Right {
  readonly action: string;
  /** Display name of the role. */
  readonly role: string;
  /** What the app needs it for, and so what is lost without it. */
  readonly reason: string;
}

/** The actions of a role. */
export function rightsOf(name: RoleName): readonly Right[] {
  const { name: role, actions } = roles[name];
  return actions.map(({ action, reason }) => ({ action, role, reason }));
}

/** How a role is granted in a subscription, in one sentence. */
export function howToGrant(name: RoleName, subscription: string): string {
  const scope = `/subscriptions/${subscription}`;
  return name === "approver"
    ? `Assign ${approver.name} at ${scope}: add the subscription to approverScopes and deploy infra/estate/main.bicep.`
    : `Assign ${reader.name} at a management group above ${scope}: deploy infra/estate/main.bicep there.`;
}
