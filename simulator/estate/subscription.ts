import { ok } from "../arm/response.ts";
import { forbidden, type ResourceProvider } from "../arm/request.ts";

/** A subscription itself, to read: `/subscriptions/{id}`, which has no provider in its path. */
export const handleSubscription: ResourceProvider = ({ world }, request) => {
  const [, id = ""] = request.segments;
  const found = world.subscriptions.get(id.toLowerCase());
  if (request.method !== "GET" || request.segments.length !== 2 || found === undefined) return undefined;
  const refusal = forbidden(request, "Microsoft.Resources/subscriptions/read", request.path);
  return (
    refusal ??
    ok({
      id: `/subscriptions/${found.id}`,
      subscriptionId: found.id,
      tenantId: found.tenantId,
      displayName: found.name,
      state: found.state,
    })
  );
};
