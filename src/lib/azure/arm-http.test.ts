import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { conforms } from "./allowed-requests.ts";
import { confined, readOnlyHttp, RequestRefused, simulatorHttp } from "./arm-http.ts";
import { armClients } from "./arm-clients.ts";

const arm = "https://management.azure.com";
const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const answered = { status: 200, headers: createHttpHeaders() };

/** The address to which a request was sent; undefined if it was not sent. */
async function sentTo(url: string, method: "GET" | "DELETE" = "GET"): Promise<string | undefined> {
  let sent: string | undefined;
  const request = createPipelineRequest({ url, method });
  try {
    await confined.sendRequest(request, (each) => {
      sent = each.url;
      return Promise.resolve({ ...answered, request: each });
    });
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
  }
  return sent;
}

describe("a client that only reads", () => {
  const graph = "/providers/Microsoft.ResourceGraph/resources";
  const send = async (method: "GET" | "PUT" | "POST" | "DELETE" | "PATCH", path: string) => {
    const sent: string[] = [];
    const client = readOnlyHttp({
      sendRequest: (request) => {
        sent.push(request.url);
        return Promise.resolve({ ...answered, request });
      },
    });
    const sending = async () => client.sendRequest(createPipelineRequest({ url: arm + path, method }));
    const refused = await sending().then(
      () => false,
      (error: unknown) => error instanceof RequestRefused,
    );
    expect(refused).toBe(sent.length === 0);
    return !refused;
  };

  it.each([
    ["GET", service],
    ["GET", `${service}/privateEndpointConnections/pe`],
    ["POST", `${graph}?api-version=2024-04-01`],
  ] as const)("sends %s %s", async (method, path) => {
    expect(await send(method, path)).toBe(true);
  });

  it.each([
    ["PUT", `${service}/privateEndpointConnections/pe`],
    ["DELETE", service],
    ["PATCH", service],
    ["POST", `${service}/backup`],
    ["POST", `${graph}/x`],
    ["PUT", graph],
  ] as const)("refuses %s %s", async (method, path) => {
    expect(await send(method, path)).toBe(false);
  });
});

describe("a request of the app", () => {
  it("is sent to Azure Resource Manager if it is an allowed one", async () => {
    expect(await sentTo(arm + service)).toBe(arm + service);
  });

  it.each([
    ["to another host", `https://management.azure.com.evil.example${service}`],
    ["by another protocol", `http://management.azure.com${service}`],
    ["at another port", `https://management.azure.com:444${service}`],
    ["for something else", `${arm}${service}/backup`],
    ["with an encoding that is none", `${arm}${service.replace("apim", "%zz")}`],
  ])("is not sent %s", async (_, url) => {
    expect(await sentTo(url)).toBeUndefined();
  });

  it("is not sent if it is not an allowed one", async () => {
    expect(await sentTo(arm + service, "DELETE")).toBeUndefined();
  });

  it("of each client is sent through that check", async () => {
    const sent: string[] = [];
    const credential = {
      getToken: () => Promise.resolve({ token: "t", expiresOnTimestamp: Date.now() + 9e6 }),
    };
    const clients = armClients({
      credential: () => Promise.resolve(credential),
      through: () => ({
        sendRequest: (request) => {
          sent.push(request.url);
          return Promise.resolve({ ...answered, request });
        },
      }),
    });
    const { send, apim, network } = await clients.of("11111111-1111-4111-8111-111111111111");
    const elsewhere = new AbortController().signal;
    const attempts: readonly (() => PromiseLike<unknown>)[] = [
      () => send("PUT", arm + service, elsewhere, {}),
      () => apim.apiManagementService.getSsoToken("rg", "apim"),
      () => apim.apiManagementService.get("..", ".."),
      () => network.privateEndpoints.get("rg", "..", {}),
    ];
    for (const attempt of attempts)
      await expect(Promise.resolve().then(attempt)).rejects.toThrow(/the request was not sent/);
    expect(sent).toEqual([]);
  });

  it("is refused if its address has no path", () => {
    expect(conforms("GET", new URL("mailto:somebody"))).toBe(false);
  });

  it("is sent only to the simulator if there is one", async () => {
    const seen: string[] = [];
    const client = simulatorHttp(
      {
        sendRequest: (request) => {
          seen.push(request.url);
          return Promise.resolve({ ...answered, request });
        },
      },
      "http://127.0.0.1:7/",
    );
    await client.sendRequest(createPipelineRequest({ url: arm + service }));
    const elsewhere = createPipelineRequest({ url: `https://evil.example${service}` });
    expect(() => client.sendRequest(elsewhere)).toThrow(RequestRefused);
    expect(seen).toEqual([`http://127.0.0.1:7${service}`]);
  });
});
