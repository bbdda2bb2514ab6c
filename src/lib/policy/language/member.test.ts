import { describe, expect, it } from "vitest";
import { problemsOf, truthIn, verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { known, unknown } from "../values/fact.ts";

const parameters = `parameters:
  list: { type: Array, defaultValue: [a, b, null] }
  map:
    type: Object
    defaultValue: { dev: [s-1], Prod: { subscriptions: [s-2, s-3], none: null, "cost center": c }, "": e }
  people: { type: Array, defaultValue: [{ name: ann, at: s-1 }, { name: bob, at: s-2 }] }`;
const policyWith = (condition: string) =>
  `name: t\n${parameters}\nrules: [{ name: r, if: ${condition}, then: { effect: reject } }]`;

const truthOf = (condition: string, given: Given = {}) => truthIn(policyWith(condition), given);

const subscription = "11111111-1111-4111-8111-111111111111";
const endpointId = `/subscriptions/${subscription}/resourcegroups/rg/providers/microsoft.network/privateendpoints/pe`;
const given: Given = {
  "endpoint.id": known(endpointId),
  "service.tags": known({ stage: "PROD", nothing: null }),
  "service.name": known("1"),
  "endpoint.name": known("or"),
  "endpoint.resourceGroup": known("__"),
  "counts.approved": known(1),
  "endpoint.privateAddresses": known(["10.0.0.4", "10.0.0.5"]),
};

describe("a member", () => {
  it.each([
    ["by index", "split(field('endpoint.id'), '/')[2]", `equals: ${subscription}`],
    ["by index of a list of facts", "field('endpoint.privateAddresses[*]')[1]", "equals: 10.0.0.5"],
    ["by an index that is computed", "parameters('list')[field('counts.approved')]", "equals: b"],
    ["by name", "parameters('map').prod.subscriptions", "contains: s-3"],
    ["by name in any case", "parameters('MAP').PROD.Subscriptions[0]", "equals: s-2"],
    ["by name in brackets", "parameters('map')['prod']['cost center']", "equals: c"],
    ["by the empty name", "parameters('map')['']", "equals: e"],
    ["by expression", "parameters('map')[field('service.tags.stage')].subscriptions[1]", "equals: s-3"],
    [
      "by expression in an expression",
      "parameters('map')[toLower(field('service.tags')['stage'])].subscriptions",
      "contains: s-2",
    ],
    ["with blanks between", "parameters( 'map' ) . dev [ 0 ]", "equals: s-1"],
    ["in an argument", "concat(parameters('list')[0], split('x-y', '-')[1])", "equals: ay"],
    ["that is there and null", "parameters('map').prod.none", "equals: null"],
    ["that is there and null in a list", "parameters('list')[2]", "exists: false"],
    ["that is there and null in a fact", "field('service.tags')['nothing']", "exists: false"],
  ])("%s: %s", (_, expression, comparison) => {
    expect(truthOf(`{ value: "[${expression}]", ${comparison} }`, given)).toBe("true");
  });

  it("of a count's element is taken by name", () => {
    const condition = `{ count: { value: "[parameters('people')]", name: x, where: { value: "[current('x').name]", equals: "[field('endpoint.name')]" } }, equals: 1 }`;
    expect(truthOf(condition, { "endpoint.name": known("bob") })).toBe("true");
    expect(truthOf(condition, { "endpoint.name": known("cleo") })).toBe("false");
  });

  it.each([
    ["behind the last", "split(field('endpoint.id'), '/')[9]"],
    ["far behind the last", "split(field('endpoint.id'), '/')[4294967296]"],
    ["before the first", "split(field('endpoint.id'), '/')[-1]"],
    ["between two", "split(field('endpoint.id'), '/')[1.5]"],
    ["of a list, by text", "split(field('endpoint.id'), '/')['2']"],
    ["of a list, by a text of the facts", "parameters('list')[field('service.name')]"],
    ["of a list, by the name of what lists have", "split(field('endpoint.id'), '/').length"],
    ["of an object, by number", "parameters('map')[field('counts.approved')]"],
    ["that an object does not have", "parameters('map')[concat('a', field('service.name'))]"],
    ["that objects have by birth", "parameters('map')[concat('construct', field('endpoint.name'))]"],
    [
      "that objects have in their prototype",
      "parameters('map')[concat('__proto', field('endpoint.resourceGroup'))]",
    ],
    ["of null", "parameters('map')[field('service.tags.stage')].none.more"],
    [
      "that a fact does not have, by an expression of the facts",
      "field('service.tags')[field('service.name')]",
    ],
    ["of a map, under a name that it lacks", "parameters('map')[field('service.name')]"],
    ["of text", "first(split(field('endpoint.id'), '-'))[0]"],
    ["of a number", "field('counts.approved')['a']"],
    ["under what is absent", "parameters('map')[field('endpoint.subnet.name')]"],
  ])("%s is unknown, since Azure fails there: %s", (_, expression) => {
    for (const comparison of ["equals: a", "notEquals: a", "exists: true", "exists: false"])
      expect(truthOf(`{ value: "[${expression}]", ${comparison} }`, given)).toBe("unknown");
  });

  it.each([
    ["that is not there", "field('service.tags').owner"],
    ["named by a parameter", "field('service.tags')[parameters('list')[0]]"],
    ["that objects have by birth", "field('service.tags')['constructor']"],
    ["of an object that is absent", "field('endpoint.tags')['owner']"],
    ["of a member that is null", "field('service.tags')['nothing']['a']"],
  ])("of a field, %s, is null as the field itself would be: %s", (_, expression) => {
    expect(truthOf(`{ value: "[${expression}]", exists: false }`, given)).toBe("true");
    expect(truthOf(`{ value: "[${expression}]", equals: "" }`, given)).toBe("true");
  });

  it("of a field under a negated operator wants the field to exist, in a rule that approves", () => {
    const approving = (...members: string[]) =>
      policyWith(
        `{ allOf: [{ field: endpoint.subscriptionId, equals: ${subscription} }, ${members.join(", ")}] }`,
      ).replace("reject", "approve");
    const negated = `{ value: "[field('service.tags')['stage']]", notEquals: prod }`;
    expect(problemsOf(approving(negated))).toEqual([
      expect.stringContaining("add { field: service.tags['stage'], exists: true }"),
    ]);
    expect(problemsOf(approving(negated, "{ field: service.tags.stage, exists: true }"))).toEqual([]);
  });

  it("of what could not be read is unknown for that reason", () => {
    const { unknown: facts } = verdictOf(
      policyWith("{ value: \"[parameters('map')[field('service.tags')['stage']]]\", equals: a }"),
      { "service.tags": unknown("throttled") },
    );
    expect(facts).toEqual([{ field: "service.tags['stage']", reason: "throttled" }]);
  });

  it("is not asked for where the branch is not taken", () => {
    const condition =
      "{ value: \"[if(contains(field('service.tags'), 'owner'), field('service.tags').owner, 'nobody')]\", equals: nobody }";
    expect(truthOf(condition, given)).toBe("true");
  });

  it("that is missing whatever the facts is a mistake of the policy", () => {
    expect(problemsOf(policyWith("{ value: \"[parameters('list')[3]]\", equals: a }"))).toEqual([
      expect.stringContaining("this expression always fails"),
    ]);
  });

  it.each([
    ["[parameters('list')[0]", 'a "]" is missing'],
    ["[parameters('list')[]]", "unexpected"],
    ["[parameters('list')[0, 1]]", 'a "]" is missing'],
    ["[parameters('list').]", 'expected a name after the "."'],
    ["[parameters('list').0]", "expected a name after"],
    ["[parameters('map').'dev']", "expected a name after"],
    ["['abc'[0]]", "unexpected text after the expression"],
    ["[parameters[0]]", "needs parentheses"],
    [`[parameters('list')${"[0]".repeat(40)}]`, "members are nested deeper than 32 levels"],
    [
      `[${"split(".repeat(20)}parameters('list')${"[0]".repeat(20)}]`,
      "members are nested deeper than 32 levels",
    ],
    [`[${"parameters('list')[".repeat(40)}0${"]".repeat(40)}]`, "nested deeper than 32 levels"],
  ])("cannot be written as %s", (expression, message) => {
    const problems = problemsOf(policyWith(`{ value: ${JSON.stringify(expression)}, equals: a }`));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it("is not meant by a text that escapes its bracket", () => {
    expect(truthOf('{ field: service.name, equals: "[[0]" }', { "service.name": known("[0]") })).toBe("true");
  });
});

describe("a rule against other subscriptions, ported from Azure Policy with its guard against short ids", () => {
  const ported = `name: ported
rules:
  - name: not from another subscription
    if:
      anyOf:
        - { field: endpoint.id, exists: false }
        - value: "[split(concat(field('endpoint.id'), '//'), '/')[2]]"
          notEquals: "[field('service.subscriptionId')]"
    then: { effect: reject, reason: other subscription }
  - name: same subscription
    if:
      value: "[split(concat(field('endpoint.id'), '//'), '/')[2]]"
      equals: "[field('service.subscriptionId')]"
    then: { effect: approve }
  - name: outside
    if: { field: endpoint.id, notLike: "[concat('/subscriptions/', field('service.subscriptionId'), '/*')]" }
    then: { effect: reject, reason: outside }
default: hold`;
  const ours: Given = { "endpoint.id": known(endpointId), "service.subscriptionId": known(subscription) };

  it("loads without a problem: its approval rests on the subscription, which the platform vouches for", () => {
    expect(problemsOf(ported)).toEqual([]);
  });

  it("approves the service's own subscription", () => {
    expect(verdictOf(ported, ours)).toMatchObject({ kind: "approve", rule: "same subscription" });
  });

  it("rejects another subscription", () => {
    const other = known(endpointId.replace(subscription, "22222222-2222-4222-8222-222222222222"));
    expect(verdictOf(ported, { ...ours, "endpoint.id": other })).toMatchObject({
      kind: "reject",
      rule: "not from another subscription",
    });
  });

  it("rejects what names the service's subscription in every place that a requester chooses", () => {
    const disguised = `/subscriptions/22222222-2222-4222-8222-222222222222/resourcegroups/${subscription}/providers/microsoft.network/privateendpoints/${subscription}`;
    expect(verdictOf(ported, { ...ours, "endpoint.id": known(disguised) }).kind).toBe("reject");
  });

  it("holds where the endpoint is unknown, and names what would settle it", () => {
    expect(verdictOf(ported, { ...ours, "endpoint.id": unknown("no-endpoint") })).toMatchObject({
      kind: "hold",
      unknown: [{ field: "endpoint.id", reason: "no-endpoint" }],
    });
  });
});
