/** A policy of one rule, with parameters that hold ids and names. */
export const rule = (condition: string, effect = "approve") => `name: p
parameters:
  ours: { type: Array, defaultValue: [11111111-1111-4111-8111-111111111111, 22222222-2222-4222-8222-222222222222] }
  anyone: { type: Array, defaultValue: ["*"] }
  names: { type: Array, defaultValue: [pe-a, pe-b] }
  endpoints: { type: Array, defaultValue: ["${endpoint("pe-a")}"] }
rules: [{ name: r, if: ${condition}, then: { effect: ${effect} } }]`;

export const subscription = "11111111-1111-4111-8111-111111111111";
export function endpoint(name: string): string {
  return `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/${name}`;
}
export const value = (expression: string, comparison: string) =>
  `{ value: "[${expression}]", ${comparison} }`;
export const segments = "split(field('endpoint.id'), '/')";
