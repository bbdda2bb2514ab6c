import {
  isConnectionName,
  isEndpointName,
  isNetworkName,
  isResourceGroup,
  isServiceName,
} from "./resource-id.ts";
import { foldCase } from "../fold-case.ts";
import { isGuid } from "../guid.ts";

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

/** What an operation is called in the addresses that ARM gives for following it. */
const isOperation = (text: string) => /^[A-Za-z0-9_.:=+-]{1,512}$/.test(text) && !/^\.+$/.test(text);
const isLocation = (text: string) => /^[a-z0-9]{1,64}$/i.test(text);

/** Every request that this app has a reason to send to ARM, and no other. */
const grammar: readonly (readonly [method: string, path: readonly Segment[]])[] = [
  ["GET", ["subscriptions", isGuid, "providers", "microsoft.apimanagement", "service"]],
  ["GET", service],
  ["GET", [...service, "privateendpointconnections"]],
  ["GET", [...service, "privateendpointconnections", isConnectionName]],
  ["PUT", [...service, "privateendpointconnections", isConnectionName]],
  // Where Azure lets an approval be followed, as recorded; the next is where its description says.
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
  ["POST", ["providers", "microsoft.resourcegraph", "resources"]],
];

/**
 * Whether a request, as it is about to be sent, is one of those: ids were validated when they were parsed, and this
 * looks once more at what the SDKs, encoders and URL parsers made of them, and at what ARM itself told us to poll.
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

/** Whether an address is one at which an operation of ARM is followed. */
export function isOperationAddress(url: URL): boolean {
  return conforms("GET", url) && followed.test(segmentsOf(url.pathname)?.at(-2)?.toLowerCase() ?? "");
}

/** The segments as ARM will read them; undefined for a path that hides some behind an encoding. */
function segmentsOf(pathname: string): string[] | undefined {
  const [root, ...encoded] = pathname.split("/");
  if (root !== "") return undefined;
  try {
    const segments = encoded.map((segment) => decodeURIComponent(segment));
    // One that decodes to a separator, or to something that decodes once more, is read differently further on.
    return segments.some((segment) => /[/\\%\p{Cc}]/u.test(segment)) ? undefined : segments;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function fits(part: Segment, segment: string): boolean {
  const folded = foldCase(segment);
  return typeof part === "string" ? part === folded : part(part === isOperation ? segment : folded);
}
