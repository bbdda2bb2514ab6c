import { homeTenants, nearLocations } from "./world.ts";

/** A condition of the workload, which each engine translates into its own language. */
export type Condition =
  | { readonly allOf: readonly Condition[] }
  | { readonly anyOf: readonly Condition[] }
  | { readonly not: Condition }
  | Leaf;

export interface Leaf {
  readonly field: string;
  readonly operator: Operator;
  readonly right: string | number | boolean | readonly (string | number)[];
}

export type Operator =
  | "equals"
  | "notEquals"
  | "in"
  | "notIn"
  | "like"
  | "contains"
  | "exists"
  | "less"
  | "greater"
  | "greaterOrEquals"
  | "within";

export interface Rule {
  readonly name: string;
  readonly effect: "reject" | "hold" | "approve";
  readonly if: Condition;
}

export const is = (field: string, operator: Operator, right: Leaf["right"]): Leaf => ({
  field,
  operator,
  right,
});
export const allOf = (...members: Condition[]): Condition => ({ allOf: members });
export const anyOf = (...members: Condition[]): Condition => ({ anyOf: members });
const not = (member: Condition): Condition => ({ not: member });
export const rule = (name: string, effect: Rule["effect"], condition: Condition): Rule => ({
  name,
  effect,
  if: condition,
});

export const foreign = is("requester.tenantId", "notIn", homeTenants);
export const nonprodToProd = allOf(
  is("service.tags.environment", "equals", "prod"),
  is("endpoint.tags.environment", "exists", true),
  is("endpoint.tags.environment", "notEquals", "prod"),
);
export const sandbox = is("requester.managementGroups", "contains", "mg-sandbox");
export const legacy = is("endpoint.subnet.addressPrefix", "within", ["172.16.0.0/12"]);
export const full = is("counts.approved", "greaterOrEquals", 90);
export const freeze = is("time.freeze", "equals", true);
export const temporary = is("connection.message", "like", "*temporary*");
export const near = is("endpoint.location", "in", nearLocations);
export const hasCostCenter = is("endpoint.tags.costcenter", "exists", true);
export const notDefault = not(is("endpoint.subnet.name", "like", "*default*"));
export const gateway = is("connection.groupId", "equals", "gateway");
export const ticketOrFew = anyOf(
  is("connection.message", "like", "*chg-*"),
  is("counts.fromSubscription", "less", 20),
);
