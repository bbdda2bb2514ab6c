import approver from "../../infra/estate/roles/approver.json" with { type: "json" };
import reader from "../../infra/estate/roles/reader.json" with { type: "json" };

/** The two roles as they are deployed. */
export const roles = { approver, reader };

export type RoleName = keyof typeof roles;
