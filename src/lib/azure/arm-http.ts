import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import { conforms } from "./allowed-requests.ts";

const arm = "https://management.azure.com";

/** Thrown where a request would go to another host than ARM, or ask ARM for what this app has no business with. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
}

/**
 * Keeps every request, polls and next links included, which name their own address, on ARM's host and within the
 * grammar of what this app asks for: the token goes nowhere else, and nothing else is done with it (I13).
 */
export const confined: PipelinePolicy = {
  name: "drawbridgeConfined",
  sendRequest: (request, next) => {
    const url = new URL(request.url);
    if (url.origin !== arm)
      throw new RequestRefused("a request would have left Azure Resource Manager's host");
    if (!conforms(request.method, url))
      throw new RequestRefused("a request would have asked Azure Resource Manager for something else");
    return next(request);
  },
};

/**
 * Sends ARM's requests to a simulator. The SDKs refuse a token over http, so the address is changed underneath
 * them, and their own retry, paging and polling code really runs.
 */
export function simulatorHttp(client: HttpClient, endpoint: string): HttpClient {
  return {
    sendRequest: (request) => {
      if (!request.url.startsWith(`${arm}/`))
        throw new RequestRefused("a request would have left the simulator");
      request.url = endpoint.replace(/\/$/, "") + request.url.slice(arm.length);
      request.allowInsecureConnection = true;
      return client.sendRequest(request);
    },
  };
}
