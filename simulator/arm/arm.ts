import { answerApiManagement } from "../api-management/api-management.ts";
import { armError, type Answer } from "./answer.ts";
import { answerNetwork } from "../network/network.ts";
import type { ResourceGraph } from "../resource-graph/resource-graph.ts";
import type { ArmRequest, Provider } from "./request.ts";
import type { Principal, World } from "../estate/world.ts";

/** Azure Resource Manager: authentication, tenants and role assignments first, then the resource provider. */
export function answerArm(
  provider: Provider & { readonly graph: Pick<ResourceGraph, "answer"> },
  request: Omit<ArmRequest, "principal" | "segments"> & { readonly authorization: string | undefined },
): Answer {
  const { world } = provider;
  const principal = world.principals.get(/^Bearer (.+)$/.exec(request.authorization ?? "")?.[1] ?? "");
  if (principal === undefined)
    return armError(
      401,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing or invalid.",
    );
  if (!request.query.has("api-version"))
    return armError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  const segments = request.path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeURIComponent);
  if (/^providers\/microsoft\.resourcegraph\/resources$/i.test(segments.join("/")))
    return provider.graph.answer({ ...request, segments, principal }) ?? unknownType(request.path);
  const refusal = refuse(world, principal, segments);
  if (refusal !== undefined) return refusal;
  const resourceProvider =
    segments[segments.findIndex((each) => each.toLowerCase() === "providers") + 1]?.toLowerCase();
  const inside: ArmRequest = { ...request, segments, principal };
  const answer =
    resourceProvider === "microsoft.apimanagement"
      ? answerApiManagement(provider, inside)
      : resourceProvider === "microsoft.network"
        ? answerNetwork(provider, inside)
        : undefined;
  return answer ?? unknownType(request.path);
}

function unknownType(path: string): Answer {
  return armError(404, "InvalidResourceType", `The resource type of '${path}' could not be found.`);
}

/** The tenant is judged before any right: a token of another tenant is no valid token for this subscription. */
function refuse(world: World, principal: Principal, segments: readonly string[]): Answer | undefined {
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
