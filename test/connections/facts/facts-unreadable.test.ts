import { describe, expect, it } from "vitest";
import type { UnknownReason } from "../../../src/lib/policy/values/unknown-reason.ts";
import { fields, type FieldName, type Source } from "../../../src/lib/policy/language/fields.ts";
import { omittedWhilePending, requestFactSheet, unknownWhilePending } from "./fact-sheets.ts";
import type { Simulator } from "../../../simulator/server.ts";
import { startWorkbench } from "../../workbench.ts";

/**
 * The fact sheet of a request while Azure answers so to the calls that `failing` names. The tests mostly wait for
 * retries, side by side.
 */
async function factSheetWhile(
  failing: Omit<Parameters<Simulator["faults"]["add"]>[0], "times" | "does">,
  answer: { readonly status: number; readonly body: unknown },
): Promise<Awaited<ReturnType<typeof requestFactSheet>>> {
  const workbench = await startWorkbench();
  try {
    Object.assign(workbench.orders.properties, { additionalLocations: [] });
    workbench.simulator.faults.add({ ...failing, times: 100, does: { kind: "answer", answer } });
    return await requestFactSheet(workbench);
  } finally {
    await workbench.stop();
  }
}

/**
 * The fields that depend on each read. `counts` need the service, and those by management group also Resource Graph.
 */
const failing: readonly (readonly [string, string, readonly (Source | FieldName)[]])[] = [
  ["the endpoint", "/privateendpoints/", ["endpoint", "network"]],
  ["its virtual network", "/virtualnetworks/", ["network"]],
  [
    "Resource Graph",
    "/microsoft.resourcegraph/",
    [
      "requester.subscriptionName",
      "requester.managementGroups",
      "requester.subscriptionTags",
      "counts.fromManagementGroup",
      "counts.fromSubscriptionTag",
    ],
  ],
];

const answers: readonly (readonly [UnknownReason, { status: number; body: unknown }])[] = [
  ["forbidden", { status: 403, body: { error: { code: "AuthorizationFailed" } } }],
  ["foreign-tenant", { status: 401, body: { error: { code: "InvalidAuthenticationTokenTenant" } } }],
  ["not-found", { status: 404, body: { error: { code: "ResourceNotFound" } } }],
  ["throttled", { status: 429, body: { error: { code: "TooManyRequests" } } }],
  ["failed", { status: 500, body: { error: { code: "InternalServerError" } } }],
  ["empty-answer", { status: 200, body: {} }],
  // Some of Azure's own clients fail to parse an error's body before they report the error.
  ["failed", { status: 502, body: "<html>Bad Gateway</html>" }],
  ["failed", { status: 403, body: {} }],
  ["not-visible", { status: 404, body: { error: { code: "SubscriptionNotFound" } } }],
  ["failed", { status: 404, body: "<html>Not Found</html>" }],
];

/** Counts of the service's connections by facts from other reads. */
const byRequester: readonly FieldName[] = [
  "counts.fromVirtualNetwork",
  "counts.fromManagementGroup",
  "counts.fromSubscriptionTag",
];

describe("if the service cannot be read", () => {
  it.concurrent.each(answers)(
    "(%s %j), exactly the facts from it are unknown, for that reason",
    async (reason, answer) => {
      // The connection's own read, which has the service's id in it, comes first.
      const ofService = { method: "GET", path: "/service/apim-orders", after: 1 };
      const { unknown: missing } = await factSheetWhile(ofService, answer);
      const fromId = ["service.id", "service.subscriptionId", "service.resourceGroup", "service.name"];
      const expected = fields
        .filter(({ name, source }) => source === "service" || byRequester.includes(name))
        .map(({ name }) => name)
        .filter((name) => !fromId.includes(name));
      expect(missing).toEqual({
        ...unknownWhilePending,
        ...Object.fromEntries(expected.map((name) => [name, reason])),
      });
    },
  );
});

describe.each(failing)("if %s cannot be read", (_, path, dependent) => {
  it.concurrent.each(answers)(
    "(%s %j), exactly the facts from it are unknown, for that reason",
    async (reason, answer) => {
      const method = path.includes("graph") ? "POST" : "GET";
      const { unknown: missing } = await factSheetWhile({ method, path }, answer);
      const expected = fields
        .filter(({ name, source }) => dependent.includes(source) || dependent.includes(name))
        .map(({ name }) => name);
      const others = Object.keys(missing).filter((name) => !expected.includes(name as FieldName));
      // The tenant depends on ARM's answer for the endpoint; facts.test.ts covers it.
      expect(
        others.filter((name) => !name.startsWith("requester.") && !omittedWhilePending.includes(name)),
      ).toEqual([]);
      for (const name of expected) expect(missing[name], name).toBe(reason);
    },
  );
});
