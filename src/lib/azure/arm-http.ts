import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import { armOrigin, conforms } from "./allowed-requests.ts";

/** Thrown for a request to another host than ARM, or for one that is not in the list of allowed requests. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
}

/**
 * Refuses every request to another host than ARM and every request that is not in the list of allowed ones, so that the
 * token is used for nothing else (I13). This covers polls and next links, whose addresses come from answers.
 */
export const confined: PipelinePolicy = {
  name: "drawbridgeConfined",
  sendRequest: (request, next) => {
    const url = new URL(request.url);
    if (url.origin !== armOrigin)
      throw new RequestRefused("a request would have left Azure Resource Manager's host");
    if (!conforms(request.method, url))
      throw new RequestRefused(
        "the request was not sent, because allowed-requests.ts does not list it; add it there and to the app's role",
      );
    return next(request);
  },
};

/**
 * Redirects ARM's requests to a simulator. The SDKs refuse a token over http, so that the address is changed below
 * them, and their retry, paging and polling code still runs.
 */
export function simulatorHttp(client: HttpClient, endpoint: string): HttpClient {
  return {
    sendRequest: (request) => {
      if (!request.url.startsWith(`${armOrigin}/`))
        throw new RequestRefused("a request would have left the simulator");
      request.url = endpoint.replace(/\/$/, "") + request.url.slice(armOrigin.length);
      request.allowInsecureConnection = true;
      return client.sendRequest(request);
    },
  };
}

const graph = "/providers/microsoft.resourcegraph/resources";

/**
 * An HTTP client that cannot write: it refuses every request but GET and a query of Resource Graph. It is below the
 * SDKs, so that none of their retries, polls and redirects gets around it.
 */
export function readOnlyHttp(client: HttpClient): HttpClient {
  return {
    sendRequest: (request) => {
      const isQuery = request.method === "POST" && new URL(request.url).pathname.toLowerCase() === graph;
      if (request.method !== "GET" && !isQuery)
        throw new RequestRefused("a request would have changed something, and this client only reads");
      return client.sendRequest(request);
    },
  };
}
