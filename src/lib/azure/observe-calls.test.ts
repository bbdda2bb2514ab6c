import { expect, it } from "vitest";
import { jsonLog } from "../log.ts";
import { noTelemetry } from "../telemetry.ts";
import { noteRefusals, observeCalls } from "./observe-calls.ts";

const id = "11111111-1111-4111-8111-111111111111";
const call = {
  method: "GET",
  kind: "reads",
  status: 403,
  path: `/subscriptions/${id}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`,
} as const;

it.each([
  ["AuthorizationFailed", true],
  ["LinkedAuthorizationFailed", true],
  ["AccessDenied", true],
  ["RequestDisallowedByPolicy", false],
  ["DenyAssignmentAuthorizationFailed", false],
  [undefined, false],
])("a 403 with the code %s is a missing right: %s", (code, isMissing) => {
  const noted = noteRefusals();
  noted.seen({ ...call, code });
  const right = { action: "Microsoft.Network/privateEndpoints/read", subscription: id };
  expect(noted.drain()).toEqual(isMissing ? [right] : []);
});

it("a 403 is logged with its code", () => {
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line), { now: () => new Date() });
  observeCalls(noTelemetry, log)({ ...call, code: "RequestDisallowedByPolicy" });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { resource: call.path, code: "RequestDisallowedByPolicy" },
  ]);
});
