import { describe, expect, it } from "vitest";
import { addresses, messages, truthOf, value } from "../../../../test/policy/condition-makers.ts";
import { problemsOf, verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { known } from "../values/fact.ts";

describe("keys and operators in any case", () => {
  it.each([
    "{ AllOf: [{ Field: service.name, Equals: x }] }",
    "{ anyof: [{ FIELD: service.name, Like: x* }, { field: service.name, notequals: x, }] }",
    "{ Not: { field: service.name, notlike: x } }",
    `{ Count: { Value: [x], Name: n, Where: { value: "[current('N')]", EQUALS: x } }, Greater: 0 }`,
    "{ value: \"[Equals(FIELD('service.name'), 'x')]\", equals: true }",
  ])("%s", (condition) => {
    expect(truthOf(condition, { "service.name": known("x") })).toBe("true");
  });

  it("of every mapping of a policy", () => {
    const text = `Name: t\nRules: [{ Name: r, IF: { field: service.name, equals: x }, Then: { Effect: Reject, Reason: no } }]\nDefault: hold`;
    expect(verdictOf(text, { "service.name": known("x") }).kind).toBe("reject");
  });

  it("twice in a mapping is an error, whatever their case", () => {
    expect(messages("{ field: service.name, equals: x, Equals: y }")).toContainEqual(
      expect.stringContaining('"Equals" repeats the key "equals"'),
    );
    expect(problemsOf("name: a\nName: b\nrules: []")).toEqual([
      expect.stringContaining('"Name" repeats the key "name"'),
    ]);
  });
});

describe("a field named by an expression of constants and parameters", () => {
  const tags: Given = { "endpoint.tags": known({ "Cost Center": "7" }), ...addresses("10.0.0.4") };
  it.each([
    `{ field: "[concat('endpoint.tags[', parameters('tagName'), ']')]", equals: "7" }`,
    `{ field: "[concat('endpoint.tags[''', parameters('tagName'), ''']')]", exists: true }`,
    `{ field: "[if(equals(parameters('environment'), 'prod'), 'endpoint.tags', 'service.tags')]", containsKey: cost center }`,
    `{ count: { field: "[concat('endpoint.', parameters('listName'), '[*]')]" }, equals: 1 }`,
    value("field(concat('endpoint.tags[', parameters('tagName'), ']'))", 'equals: "7"'),
    value("contains(field(concat('endpoint.', parameters('listName'))), '10.0.0.4')"),
  ])("%s", (condition) => {
    expect(truthOf(condition, tags)).toBe("true");
  });

  it.each([
    [
      `{ field: "[field('service.name')]", equals: a }`,
      "the name of a field may depend only on constants and parameters",
    ],
    [
      `{ field: "[parameters('zones')]", equals: a }`,
      'a field needs a name, but this expression gives ["a","b"]',
    ],
    [`{ field: "[concat('endpoint.', 'tag')]", equals: a }`, 'unknown field "endpoint.tag"; did you mean'],
    [
      value("field(field('service.name'))"),
      "field() needs one name, in single quotes or as an expression of constants",
    ],
  ])("%s is an error", (condition, message) => {
    expect(messages(condition)).toEqual([expect.stringContaining(message)]);
  });
});

describe("fields with brackets", () => {
  it.each(["endpoint.tags[owner]", "endpoint.tags['owner']", "endpoint.tags.owner", "endpoint.tags[OWNER]"])(
    "%s is taken",
    (field) => {
      expect(truthOf(`{ field: "${field}", equals: me }`, { "endpoint.tags": known({ Owner: "me" }) })).toBe(
        "true",
      );
    },
  );

  it("may have dots and blanks in them", () => {
    const given: Given = { "endpoint.tags": known({ "a.b c": "1" }) };
    expect(truthOf('{ field: "endpoint.tags[a.b c]", equals: "1" }', given)).toBe("true");
  });

  it.each([
    ["endpoint.tags['cost center']", "endpoint.tags['cost center']"],
    ["endpoint.tags[owner]", "endpoint.tags[owner]"],
    ["endpoint.privateAddresses[*]", "endpoint.privateAddresses[*]"],
  ])("%s without quotes in a flow mapping is one error, which says to quote it", (field, quoted) => {
    const text = `name: t\nrules:\n  - { name: a, if: { field: service.name, exists: true }, then: { effect: hold } }\n  - { name: r, if: { field: ${field}, exists: true }, then: { effect: hold } }\n  - { name: b, if: { field: service.name, exists: true }, then: { effect: hold } }\n`;
    expect(problemsOf(text)).toEqual([
      `policy.yaml:4:29: write "${quoted}" with its quotes; inside { }, YAML reads [ as the start of a list`,
    ]);
  });

  it("an expression without quotes, which YAML takes for a list, is an error that says to quote it", () => {
    expect(messages("{ field: service.name, in: [parameters('zones')] }")).toEqual([
      `without quotes, YAML reads this as a list; write the expression as "[parameters('zones')]"`,
    ]);
    expect(messages("{ value: [contains(field('service.name'), 'a')], equals: true }")).toHaveLength(1);
  });
});

describe("an error names our field for Azure's", () => {
  it.each([
    ["tags.owner", "endpoint.tags.owner"],
    ["tags['cost center']", "endpoint.tags['cost center']"],
    ["tags[owner]", "endpoint.tags[owner]"],
    ["tags", "endpoint.tags or service.tags"],
    ["privateEndpoint.id", "endpoint.id"],
    ["properties.privateEndpoint.id", "endpoint.id"],
    ["privateLinkServiceConnectionState.status", "connection.state"],
    ["location", "endpoint.location or service.location"],
    ["name", "connection.name"],
    ["type", "leave it out"],
    ["Microsoft.ApiManagement/service/privateEndpointConnections/privateEndpoint.id", "endpoint.id"],
    [
      "microsoft.apimanagement/service/privateEndpointConnections/privateLinkServiceConnectionState.status",
      "connection.state",
    ],
    [
      "Microsoft.ApiManagement/service/privateEndpointConnections/privateLinkServiceConnectionState.description",
      "connection.message",
    ],
    [
      "Microsoft.ApiManagement/service/privateEndpointConnections/provisioningState",
      "connection.provisioningState",
    ],
    ["Microsoft.ApiManagement/service/sku.name", "service.sku"],
    ["Microsoft.ApiManagement/service/publicNetworkAccess", "service.publicNetworkAccess"],
    ["Microsoft.Network/privateEndpoints/subnet.id", "endpoint.subnet.id"],
    ["Microsoft.Network/privateEndpoints/manualPrivateLinkServiceConnections[*]", "endpoint.manual"],
  ])("%s: %s", (field, ours) => {
    expect(messages(`{ field: "${field}", equals: a }`)).toEqual([expect.stringContaining(ours)]);
    expect(messages(value(`field('${field.replaceAll("'", "''")}')`, "equals: a"))).toEqual([
      expect.stringContaining(ours),
    ]);
  });

  it.each([
    ["subscription().subscriptionId", "field('endpoint.subscriptionId')"],
    ["resourceGroup().name", "field('endpoint.resourceGroup')"],
    ["resourcegroup().tags['a']", "field('service.resourceGroup')"],
    ["requestContext().identity", "field('requester.managementGroups')"],
    ["managementGroup().name", "field('requester.managementGroups')"],
    ["tenant().tenantId", "field('requester.tenant')"],
    ["policy().assignmentId", "no assignment"],
    ["resourceId('a', 'b')", "concat()"],
    ["dateTimeAdd(utcNow(), 'P1D')", "addDays()"],
    ["listKeys('a')", "only in templates"],
    ["variables('a')", "parameters()"],
  ])("%s: %s", (expression, ours) => {
    expect(messages(value(expression, "equals: a"))).toEqual([expect.stringContaining(ours)]);
  });

  it("parameters are named as their author wrote them", () => {
    expect(messages(value("parameters('enviroment')"))).toEqual([
      'unknown parameter "enviroment"; did you mean "Environment"?',
    ]);
    expect(messages(value("parameters('qqqqqq')"))).toEqual([
      expect.stringContaining("tagName, listName, Environment"),
    ]);
  });
});

describe("smaller differences", () => {
  it.each(["42", "true", '"a b"', '""', "[a]"])("name: %s of a count is an error", (name) => {
    expect(messages(`{ count: { value: [1], name: ${name} }, equals: 1 }`)).toEqual([
      expect.stringContaining("is not a valid name"),
    ]);
  });

  it("an empty allOf or anyOf is an error", () => {
    for (const key of ["allOf", "anyOf", "AllOf"])
      expect(messages(`{ ${key}: [] }`)).toEqual([
        expect.stringContaining("needs a list of at least one condition"),
      ]);
  });
});
