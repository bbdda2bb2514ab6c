import { describe, expect, it } from "vitest";
import { parseConnectionId, type ConnectionId } from "../../lib/azure/resource-id.ts";
import { approvalTakes, followedAt } from "./approving-questions.ts";
import { followedOperation, withoutArm } from "./operation-address.ts";
import type { Answered } from "./probe-azure.ts";
import { apimVersion } from "./step.ts";

const text =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders/privateEndpointConnections/pe-one";
const id = parseConnectionId(text) as ConnectionId;
const requested = { id, endpoint: "", message: "" };

const put = (more: object = {}): Answered => ({
  method: "PUT",
  path: id.text + apimVersion,
  at: 0,
  status: 202,
  body: null,
  ...more,
});
const read = (seconds: number, status: string): Answered => ({
  method: "GET",
  path: id.text + apimVersion,
  at: seconds * 1000,
  status: 200,
  body: { id: text, properties: { privateLinkServiceConnectionState: { status } } },
});

describe("how long an approval takes", () => {
  it("ends with the last Pending before the first Approved, whatever a stale reading shows later", () => {
    const answers = [
      read(-1, "Pending"),
      put(),
      read(15, "Pending"),
      read(30, "Approved"),
      read(45, "Pending"),
      read(60, "Approved"),
    ];
    expect(approvalTakes(requested).answer(answers)).toEqual({
      kind: "known",
      value: "Between 15 and 30 seconds after the PUT",
    });
  });
});

const operation = `${text}/operationresults/abc?api-version=2024-05-01`;
const shape =
  "/subscriptions/{…}/resourceGroups/{…}/providers/Microsoft.ApiManagement/service/{…}/privateEndpointConnections/{…}/operationresults/{…}";

describe("where an approval is followed", () => {
  it.each([
    [`https://management.azure.com${operation}`, 202, `Location ${shape}, which Drawbridge follows`],
    [
      `https://management.azure.com${operation}`,
      201,
      `Location ${shape}, which Drawbridge does NOT follow, because the status is 201 and not 202`,
    ],
    [
      `https://arm.contoso.example${operation}`,
      202,
      `Location https://{…}${shape}, which Drawbridge does NOT follow`,
    ],
    [
      `https://management.azure.com:8443${operation}`,
      202,
      `Location https://{…}${shape}, which Drawbridge does NOT follow`,
    ],
    [
      `http://management.azure.com${operation}`,
      202,
      `Location http://{…}${shape}, which Drawbridge does NOT follow`,
    ],
    [operation, 202, `Location ${shape}, which Drawbridge does NOT follow`],
  ])("is judged as the app judges it: %s with %i", (location, status, finding) => {
    const answers = [read(-1, "Pending"), put({ location, status }), read(15, "Approved")];
    expect(followedAt(requested).answer(answers)).toEqual({ kind: "known", value: finding });
  });

  it("is not asked for on another host, which would get the token, or be told to be ARM's", () => {
    expect(followedOperation(put({ location: `https://management.azure.com${operation}` }))).toBe(operation);
    expect(followedOperation(put({ location: `https://arm.contoso.example${operation}` }))).toBeUndefined();
    expect(withoutArm("https://management.azure.com.contoso.example/x")).toMatch(/^https:/);
  });
});
