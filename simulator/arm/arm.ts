import { armError, type ArmResponse } from "./response.ts";
import { handleSubscription } from "../estate/subscription.ts";
import { providers } from "./providers.ts";
import type { ResourceGraph } from "../resource-graph/resource-graph.ts";
import type { ArmRequest, ProviderContext } from "./request.ts";
import type { Principal, World } from "../estate/world.ts";

/** A request as it arrives, before ARM authenticates it. */
export type RawRequest = Omit<ArmRequest, "principal" | "segments"> & {
  readonly authorization: string | undefined;
};

/**
 * Azure Resource Manager: authenticates the caller, checks the tenant, and passes the request to its resource provider,
 * which checks role assignments.
 */
export function handleArm(
  context: ProviderContext & { readonly graph: Pick<ResourceGraph, "handle"> },
  raw: RawRequest,
): ArmResponse {
  const { world } = context;
  const principal = world.principals.get(/^Bearer (.+)$/.exec(raw.authorization ?? "")?.[1] ?? "");
  if (principal === undefined)
    return armError(
      401,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing or invalid.",
    );
  if (!raw.query.has("api-version"))
    return armError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  const segments = raw.path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeURIComponent);
  const request: ArmRequest = { ...raw, segments, principal };
  if (/^providers\/microsoft\.resourcegraph\/resources$/i.test(segments.join("/")))
    return context.graph.handle(request) ?? unknownType(raw.path);
  const refusal = checkTenant(world, principal, segments);
  if (refusal !== undefined) return refusal;
  if (segments.length === 2) return handleSubscription(context, request) ?? unknownType(raw.path);
  const namespace = segments[segments.findIndex((each) => each.toLowerCase() === "providers") + 1];
  const handle = providers.get(namespace?.toLowerCase() ?? "");
  return handle?.(context, request) ?? unknownType(raw.path);
}

function unknownType(path: string): ArmResponse {
  return armError(404, "InvalidResourceType", `The resource type of '${path}' could not be found.`);
}

/** ARM checks the tenant before any permission: a token of another tenant is not valid for this subscription. */
function checkTenant(
  world: World,
  principal: Principal,
  segments: readonly string[],
): ArmResponse | undefined {
  const [root, id = ""] = segments;
  const subscription = world.subscriptions.get(id.toLowerCase());
  if (root?.toLowerCase() !== "subscriptions" || subscription === undefined)
    return armError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
  if (subscription.tenantId === principal.tenantId) return undefined;
  return armError(
    401,
    "InvalidAuthenticationTokenTenant",
    `The access token is from the wrong issuer. It must match the tenant '${subscription.tenantId}' associated with this subscription.`,
  );
}
