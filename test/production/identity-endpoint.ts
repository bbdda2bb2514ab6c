import { createServer } from "node:http";
import { issueToken } from "./token.ts";

/**
 * App Service's endpoint for tokens of managed identities: on loopback, with a secret in a header, API version
 * 2019-08-01 (Azure's documentation). It is a process of its own because it must run in the app's network.
 */
const [identities = "", secret = "", port = ""] = process.argv.slice(2);
const known = identities.split(",");

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const [resource, appid] = [url.searchParams.get("resource") ?? "", url.searchParams.get("client_id") ?? ""];
  const answer = (status: number, body: object) => {
    console.log(`token ${status} ${resource} ${appid}`);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (request.headers["x-identity-header"] !== secret) return answer(401, { error: "unauthorized" });
  if (url.searchParams.get("api-version") !== "2019-08-01" || !resource.startsWith("https://"))
    return answer(400, { error: "invalid_request" });
  // Without a system-assigned identity, the request must name a user-assigned one.
  if (!known.includes(appid))
    return answer(400, { error: "invalid_request", error_description: "No User Assigned Identity found" });
  const { token, expiresOn } = issueToken({ aud: resource, appid });
  answer(200, {
    access_token: token,
    expires_on: String(expiresOn),
    resource,
    token_type: "Bearer",
    client_id: appid,
  });
});
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
process.once("disconnect", () => process.exit(0));
