import { operationIn } from "../../lib/azure/allowed-requests.ts";
import type { Answered } from "./probe-azure.ts";

/**
 * The addresses at which Azure says that an operation is followed, by their headers, in the order in which the app
 * looks at them.
 */
export function operationsOf(put: Answered): readonly (readonly [header: string, address: string])[] {
  if (put.status === null) return [];
  return [
    ...(put.asyncOperation === undefined ? [] : [["Azure-AsyncOperation", put.asyncOperation] as const]),
    ...(put.location === undefined ? [] : [["Location", put.location] as const]),
  ];
}

/** Path and query of the operation, if the app would follow it. Nothing else is: the request has a token. */
export function followedOperation(put: Answered): string | undefined {
  return operationsOf(put)
    .map(([, address]) => operationIn(address))
    .find((each) => each !== undefined);
}

/** Whether the app follows an operation at this address. It takes every answer but 202 for the end. */
export function followsOrNot({ status }: Answered, address: string): string {
  if (operationIn(address) === undefined) return "which Drawbridge does NOT follow";
  return status === 202
    ? "which Drawbridge follows"
    : `which Drawbridge does NOT follow, because the status is ${status} and not 202`;
}

/** An address without ARM's host. Another host stays. */
export function withoutArm(address: string): string {
  return address.replace(/^https:\/\/management\.azure\.com(?=\/)/, "");
}

const fixed = [
  "https:",
  "http:",
  "subscriptions",
  "resourcegroups",
  "providers",
  "microsoft.apimanagement",
  "service",
  "privateendpointconnections",
  "locations",
  "operationresults",
  "operationstatuses",
  "operationsstatuses",
];

/**
 * An address without the names in it, whatever its form. For a host other than ARM's it says only that there is one.
 */
export function shapeOf(address: string): string {
  const [path = ""] = withoutArm(address).split("?");
  return path
    .split("/")
    .map((segment) => (segment === "" || fixed.includes(segment.toLowerCase()) ? segment : "{…}"))
    .join("/");
}
