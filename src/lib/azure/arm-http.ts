import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";

const arm = "https://management.azure.com";

/** Thrown where a request would leave for another host than ARM: the token must not go there. */
export class HostRefused extends Error {
  override readonly name = "HostRefused";
}

/** Keeps every request on ARM's host, polls and next links included, which name their own. */
export const pinnedHost: PipelinePolicy = {
  name: "drawbridgePinnedHost",
  sendRequest: (request, next) => {
    if (new URL(request.url).origin !== arm)
      throw new HostRefused("a request would have left Azure Resource Manager's host");
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
        throw new HostRefused("a request would have left the simulator");
      request.url = endpoint.replace(/\/$/, "") + request.url.slice(arm.length);
      request.allowInsecureConnection = true;
      return client.sendRequest(request);
    },
  };
}
