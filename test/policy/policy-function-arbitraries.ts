import fc from "fast-check";

/** Fields of every type, each of which may be absent: "" to a function, and null to an operator. */
const fields = fc
  .constantFrom(
    "service.name",
    "endpoint.subscriptionId",
    "endpoint.location",
    "endpoint.manual",
    "endpoint.tags.owner",
    "endpoint.tags",
    "counts.approved",
    "requester.managementGroups",
  )
  .map((name) => `field('${name}')`);
const texts = fc.constantFrom("''", "'a'", "'b'", "'A'", "'80'", "'Sandbox'");

/** Some of these can only fail of a field of that type, which is a mistake that loading tells. */
const isList = (field: string) => field.includes("managementGroups");
const isObject = (field: string) => field.endsWith("tags')");
const isScalar = (field: string) => /approved|manual/.test(field);
const textual = fields.filter((field) => !isList(field) && !isObject(field) && !isScalar(field));
const sized = fields.filter((field) => !isScalar(field));

export const functionExpressions: fc.Arbitrary<string> = fc
  .oneof(
    fields.map((field) => `length(string(${field}))`),
    fc.tuple(fields, texts).map(([field, text]) => `equals(${field}, ${text})`),
    fc.tuple(fields, texts).map(([field, text]) => `not(equals(${field}, ${text}))`),
    sized.map((field) => `empty(${field})`),
    sized.map((field) => `length(${field})`),
    fc.tuple(sized, texts).map(([field, text]) => `contains(${field}, ${text})`),
    textual.map((field) => `concat(${field}, 'b')`),
    textual.map((field) => `toLower(${field})`),
    textual.map((field) => `int(${field})`),
    fc.tuple(fields, texts).map(([field, text]) => `coalesce(${field}, ${text})`),
    fc
      .tuple(fields, texts, fields)
      .map(([field, text, other]) => `if(equals(${field}, ${text}), ${other}, ${text})`),
    fc
      .tuple(fields, texts, fields)
      .map(([field, text, other]) => `string(if(equals(${field}, ${text}), ${other}, ${text}))`),
    fc
      .tuple(sized, fc.nat({ max: 3 }))
      .map(([field, least]) => `greaterOrEquals(length(${field}), ${least})`),
    fc.constantFrom(
      "first(field('requester.managementGroups'))",
      "union(createArray('b', 'a'), field('requester.managementGroups'))",
      "union(createArray('b', 'a'), field('requester.managementGroups'))[1]",
      "length(field('endpoint.subnet.addressPrefixes[*]'))",
      "contains(field('endpoint.subnet.addressPrefixes[*]'), 'a')",
      "tryGet(field('endpoint.tags'), 'owner')",
      "string(tryGet(field('endpoint.tags'), 'owner'))",
      "tryGet(field('requester.managementGroups'), 1)",
      "add(field('counts.approved'), 1)",
    ),
  )
  .map((text) => `[${text}]`);

/** Inside a count over the list: a list of its one member. */
const list = "field('endpoint.subnet.addressPrefixes[*]')";
export const ofCountedList = fc.constantFrom(
  `[contains(${list}, '10.20.4.4')]`,
  `[contains(${list}, 'a')]`,
  `[first(${list})]`,
  `[length(${list})]`,
  `[${list}[0]]`,
  `[not(equals(first(${list}), 'a'))]`,
);
