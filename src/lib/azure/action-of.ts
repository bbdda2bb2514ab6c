/** What a request to ARM needs a right for: the action, and the subscription that it is in. */
export interface NeededRight {
  readonly action: string;
  /** Undefined for Resource Graph, which covers every subscription. */
  readonly subscription?: string;
}

/**
 * The action of a request, as ARM derives it: the provider and the types in its path, and read or write. Undefined for
 * a path that is none of the app's requests.
 */
export function actionOf(method: string, pathname: string): NeededRight | undefined {
  const segments = pathname.split("/").filter((each) => each !== "");
  if (/^\/providers\/microsoft\.resourcegraph\/resources$/i.test(pathname))
    return { action: "Microsoft.ResourceGraph/resources/read" };
  const [root, subscription] = segments;
  if (root === undefined || subscription === undefined || root.toLowerCase() !== "subscriptions")
    return undefined;
  const at = segments.findIndex((each) => each.toLowerCase() === "providers");
  const types = at < 0 ? [] : segments.slice(at + 2).filter((_, index) => index % 2 === 0);
  const [provider] = at < 0 ? ["Microsoft.Resources/subscriptions"] : segments.slice(at + 1);
  const verb = method === "GET" ? "read" : "write";
  return {
    action: [provider, ...types, verb].join("/"),
    subscription: subscription.toLowerCase(),
  };
}
