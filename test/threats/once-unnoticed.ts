import type { Mitigation } from "./mitigation.ts";

/**
 * Changes of single lines that once passed every test. `remove-mitigations.ts` makes each of them too, and its test
 * must fail.
 */
export const onceUnnoticed: readonly Mitigation[] = [
  {
    name: "a lease outlasts the reads of a review",
    file: "src/lib/connections/review/claim.ts",
    replace: ["const leaseMs = 90_000;", "const leaseMs = 25_000;"],
    test: {
      file: "test/connections/approvals/lease.test.ts",
      title: "no other instance takes over from a review that %s while Azure answers as late as it may",
    },
  },
  {
    name: "no baseline is learned of what an answer does not have",
    file: "src/lib/addresses/model/compare.ts",
    replace: ['if (seen.kind === "unknown") return;', ""],
    test: {
      file: "test/addresses/addresses-unknown.test.ts",
      title: "(%s: %o, %o) has no baseline until an answer has it, and learns it without an alert",
    },
  },
  {
    name: "a region that was vacated is no longer seen",
    file: "src/lib/addresses/check/check-resource.ts",
    replace: [
      "return mine.filter(({ location }) => location === undefined || places.has(location));",
      "return mine;",
    ],
    test: {
      file: "test/addresses/addresses-declared.test.ts",
      title: "are reported as matching nothing once their region is vacated",
    },
  },
  {
    name: "a region that is not in a partial answer is unknown",
    file: "src/lib/addresses/model/compare.ts",
    replace: [
      "lists.records.push(markUnknown(record, locationsIncomplete, lists, against));",
      "lists.records.push(record);",
    ],
    test: {
      file: "test/addresses/addresses-unknown.test.ts",
      title: "is unknown, not vacated, if the answer does not list all locations",
    },
  },
  {
    name: "the details of the health need a role",
    file: "src/handlers.ts",
    replace: ["healthDetails: reader(healthDetails(services)),", "healthDetails: healthDetails(services),"],
    test: {
      file: "test/scenarios/api-access.test.ts",
      title: "%s, each operation is allowed or refused as documented",
    },
  },
  {
    name: "a reader does not acknowledge addresses",
    file: "src/handlers.ts",
    replace: ["operator(acknowledgeAddresses(services))", "reader(acknowledgeAddresses(services))"],
    test: {
      file: "test/scenarios/api-access.test.ts",
      title: "%s, each operation is allowed or refused as documented",
    },
  },
  {
    name: "a poison message of the alerts leaves an open delivery",
    file: "src/functions/alerts-poisoned.ts",
    replace: ["if (owner !== undefined) await delivery.outbox.openDelivery(owner);", ""],
    test: {
      file: "test/scenarios/messages.test.ts",
      title: "of the alerts leaves an open delivery, and the sweep sends the alert again",
    },
  },
  {
    name: "null for management groups is unknown",
    file: "src/lib/azure/subscriptions.ts",
    replace: [
      'managementGroups: at("groups", asFilled(asList(at("name", asName)))),',
      'managementGroups: (row: unknown) => (row as { groups: unknown }).groups === null ? knownRead([]) : at("groups", asFilled(asList(at("name", asName))))(row),',
    ],
    test: {
      file: "src/lib/azure/subscriptions.test.ts",
      title: "that shows %s is unknown, and the others are not",
    },
  },
  {
    name: "an acknowledgement overwrites no declared baseline among several",
    file: "src/lib/addresses/acknowledge.ts",
    replace: [
      "drifted.map((each) => declaredFor(declared, each)).find((each) => each !== undefined)",
      "drifted.map((each) => declaredFor(declared, each))[0]",
    ],
    test: {
      file: "test/addresses/addresses-declared.test.ts",
      title: "of the kind %s cannot be acknowledged together with others that drifted",
    },
  },
  {
    name: "the case of a subnet's id does not count in the second read",
    file: "src/lib/connections/facts/fact-sources.ts",
    replace: ["fromSubnet(({ text }) => foldName(text))", "fromEndpoint(({ subnetId }) => subnetId)"],
    test: {
      file: "test/connections/approvals/changes-before-put.test.ts",
      title: "is sent although Azure writes the ids of the endpoint in another case between decision and PUT",
    },
  },
  {
    name: "an endpoint is never written",
    file: "src/lib/azure/allowed-requests.ts",
    replace: [
      '["GET", [...network, "privateendpoints", isEndpointName]],',
      '...["GET", "PUT"].map((verb): readonly [string, readonly Segment[]] => [verb, [...network, "privateendpoints", isEndpointName]]),',
    ],
    test: { file: "src/lib/azure/allowed-requests.test.ts", title: "does not contain %s %s" },
  },
  {
    name: "the metadata service's whole network is inside",
    file: "src/lib/alerts/sinks/reach.ts",
    replace: ['["169.254.0.0", 16]', '["169.254.169.254", 32]'],
    test: { file: "test/alerts/webhook-sink.test.ts", title: "is never sent to %s, an internal address" },
  },
  {
    name: "a description is no longer than Azure takes",
    file: "src/lib/connections/record/description.ts",
    replace: ["const descriptionMax = 140;", "const descriptionMax = 141;"],
    test: {
      file: "src/lib/connections/record/description.test.ts",
      title: "a description with %s is valid for Azure and names its decision",
    },
  },
  {
    name: "an absence counts from its own beginning",
    file: "src/lib/connections/record/changes.ts",
    replace: [
      "const { missingSince: _, message: before, ...rest } = record;",
      "const { message: before, ...rest } = record;",
    ],
    test: {
      file: "test/connections/approvals/approval-outcomes.test.ts",
      title:
        "of a connection that was not found, then shown, is Gone only after two further answers that it is not there",
    },
  },
];
