import {
  isConnectionName,
  isEndpointName,
  isNetworkName,
  isResourceGroup,
  isServiceName,
} from "./resource-id.ts";
import { foldName } from "../fold-name.ts";
import { isGuid } from "../guid.ts";

/** Azure Resource Manager of the public cloud, the only host to which the app's token for Azure is sent. */
export const armOrigin = "https://management.azure.com";

/** A segment in lower case, or what tells of one in lower case whether it is valid. */
type Segment = string | ((text: string) => boolean);

const service: readonly Segment[] = [
  "subscriptions",
  isGuid,
  "resourcegroups",
  isResourceGroup,
  "providers",
  "microsoft.apimanagement",
  "service",
  isServiceName,
];
const network: readonly Segment[] = [...service.slice(0, 5), "microsoft.network"];

/** Names of an operation's segment in the polling addresses of ARM. */
const isOperation = (text: string) => /^[a-z0-9_.:=+-]{1,512}$/.test(text) && !/^\.+$/.test(text);
/** Name of an Event Grid topic. */
const isTopicName = (text: string) => /^[a-z0-9-]{3,128}$/.test(text);
const isLocation = (text: string) => /^[a-z0-9]{1,64}$/.test(text);

/** The complete list of requests that this app may send to ARM. */
const grammar: readonly (readonly [method: string, path: readonly Segment[]])[] = [
  ["GET", ["subscriptions", isGuid, "providers", "microsoft.apimanagement", "service"]],
  ["GET", service],
  ["GET", [...service, "privateendpointconnections"]],
  ["GET", [...service, "privateendpointconnections", isConnectionName]],
  ["PUT", [...service, "privateendpointconnections", isConnectionName]],
  // The polling address of an approval, as recorded. The next one is that of Azure's specification.
  ["GET", [...service, "privateendpointconnections", isConnectionName, "operationresults", isOperation]],
  ["GET", [...service, "operationresults", isOperation]],
  ...["operationresults", "operationsstatuses", "operationstatuses"].map(
    (kind): readonly [string, readonly Segment[]] => [
      "GET",
      [
        "subscriptions",
        isGuid,
        "providers",
        "microsoft.apimanagement",
        "locations",
        isLocation,
        kind,
        isOperation,
      ],
    ],
  ),
  ["GET", [...network, "privateendpoints", isEndpointName]],
  ["GET", [...network, "privateendpoints", isEndpointName, "privatednszonegroups"]],
  ["GET", [...network, "virtualnetworks", isNetworkName]],
  ["GET", [...network, "publicipaddresses", isNetworkName]],
  [
    "GET",
    ["subscriptions", isGuid, "providers", "microsoft.network", "locations", isLocation, "servicetags"],
  ],
  ["GET", ["subscriptions", isGuid]],
  ["GET", ["subscriptions", isGuid, "providers", "microsoft.eventgrid", "systemtopics"]],
  ["GET", [...service.slice(0, 5), "microsoft.eventgrid", "systemtopics", isTopicName, "eventsubscriptions"]],
  ["POST", ["providers", "microsoft.resourcegraph", "resources"]],
];

/**
 * Whether a request is one of those, in the form in which it will be sent. Ids were validated when they were parsed.
 * This also checks the result of SDKs, encoders and URL parsers, and the polling addresses that ARM names.
 */
export function conforms(method: string, url: URL): boolean {
  const segments = segmentsOf(url.pathname);
  return (
    segments !== undefined &&
    grammar.some(
      ([verb, path]) =>
        verb === method &&
        path.length === segments.length &&
        path.every((part, index) => fits(part, segments[index] ?? "")),
    )
  );
}

const followed = /^operation(results|sstatuses|statuses)$/;

/**
 * Path and query of an operation's address, as ARM names it. Only allowed addresses on ARM's host are followed (I13).
 */
export function operationIn(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.origin === armOrigin && isOperationAddress(url) ? `${url.pathname}${url.search}` : undefined;
}

/** Whether an address is a polling address of an operation of ARM. */
function isOperationAddress(url: URL): boolean {
  return conforms("GET", url) && followed.test(segmentsOf(url.pathname)?.at(-2)?.toLowerCase() ?? "");
}

/** The segments as ARM will decode them; undefined for a path that hides separators in an encoding. */
function segmentsOf(pathname: string): string[] | undefined {
  const [root, ...encoded] = pathname.split("/");
  if (root !== "") return undefined;
  try {
    const segments = encoded.map((segment) => decodeURIComponent(segment));
    // A segment that decodes to a separator, or to another encoding, may be interpreted differently by ARM.
    return segments.some((segment) => /[/\\%\p{Cc}]/u.test(segment)) ? undefined : segments;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function fits(part: Segment, segment: string): boolean {
  const folded = foldName(segment);
  return typeof part === "string" ? part === folded : part(folded);
}
