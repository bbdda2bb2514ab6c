import { connectionsMax } from "../azure-values.ts";
import { effects } from "./check/check-rule.ts";
import { parameterTypes } from "./check/check-parameters.ts";
import { fields, type Field } from "./language/fields.ts";
import { operatorNames, type OperatorName } from "./language/operators.ts";

type Schema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a policy file for completion in editors (draft 7), built from the loader's own tables. It covers
 * names and shapes; `drawbridge check` covers the rest.
 */
export function policySchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "drawbridge-policy.schema.json",
    title: "Drawbridge policy",
    ...closed(
      {
        name: text("What the policy is called"),
        description: text("What it is for"),
        parameters: {
          type: "object",
          additionalProperties: ref("parameter"),
          description: "Values that may differ by environment",
        },
        limits: {
          type: "array",
          items: ref("limit"),
          description: "How many Approved connections a service may have; a limit that is reached holds",
        },
        rules: { type: "array", items: ref("rule"), maxItems: 10_000 },
        exemptions: { type: "array", items: ref("exemption") },
        default: {
          enum: ["hold", "reject"],
          description: "The verdict on a connection that no rule decides; hold where absent",
        },
        revoke: {
          enum: ["never", "rejected"],
          description:
            "rejected: in mode enforce, an Approved connection that the policy rejects on known facts is set to Rejected, after a notice; never where absent",
        },
        revokeAfter: duration("How long after its notice an approval is taken back; P7D where absent"),
      },
      ["name", "rules"],
    ),
    definitions: definitions(),
  };
}

function definitions(): Schema {
  return {
    ...parameterDefinition(),
    ...limitDefinitions(),
    ...ruleDefinitions(),
    ...exemptionDefinition(),
    field: {
      anyOf: [{ enum: fields.map(({ name }) => name) }, ...fields.flatMap(inside), ref("expression")],
    },
    scalar: { type: ["string", "number", "boolean", "null"] },
    expression: { type: "string", pattern: "^\\[.*\\]$" },
    condition: conditionSchema(),
  };
}

function parameterDefinition(): Schema {
  return {
    parameter: closed(
      {
        type: { enum: parameterTypes },
        defaultValue: {},
        allowedValues: { type: "array" },
        description: text(),
        metadata: { type: "object" },
      },
      ["type"],
    ),
  };
}

function limitDefinitions(): Schema {
  return {
    limit: closed(
      {
        name: text(),
        max: ref("maximum"),
        per: {
          anyOf: [
            { enum: ["endpoint.subscriptionId", "endpoint.virtualNetwork.id", "requester.managementGroups"] },
            { type: "string", pattern: "^requester\\.subscriptionTags(\\.[A-Za-z_$][\\w$-]*|\\['.+'\\])$" },
            ref("expression"),
          ],
          description: "What the limit counts by; all connections together where absent",
        },
        managementGroup: text("Counts the connections from this management group"),
        overrides: {
          type: "array",
          items: ref("override"),
          description: "A different maximum for some requesters",
        },
      },
      ["name", "max"],
    ),
    override: closed(
      {
        subscription: ref("texts"),
        virtualNetwork: ref("texts"),
        tagValue: ref("texts"),
        managementGroup: ref("texts"),
        max: ref("maximum"),
      },
      ["max"],
    ),
    maximum: {
      anyOf: [{ type: "integer", minimum: 0, maximum: connectionsMax }, ref("expression")],
      description: `Azure allows ${connectionsMax} a service`,
    },
    texts: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  };
}

function ruleDefinitions(): Schema {
  return {
    rule: closed(
      {
        name: text("Unique among the rules of the set"),
        description: text(),
        if: ref("condition"),
        then: closed(
          {
            effect: { enum: effects },
            reason: text("What people read when the rule decides"),
            for: duration("How long an approval lasts, after which the connection is re-evaluated; P90D"),
          },
          ["effect"],
        ),
        expiresOn: instant("From then on the rule is ignored"),
        window: ref("window"),
      },
      ["name", "if", "then"],
    ),
    window: closed(
      {
        days: {
          type: "array",
          items: { type: "string" },
          description: "[Mon-Fri], [Sat, Sun]; every day where absent",
        },
        from: { type: "string", pattern: "^([01]\\d|2[0-3]):[0-5]\\d$" },
        to: { type: "string", pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$" },
        timeZone: text("Europe/Amsterdam"),
      },
      ["from", "to", "timeZone"],
    ),
  };
}

function exemptionDefinition(): Schema {
  return {
    exemption: closed(
      {
        name: text(),
        rule: text("The rule whose verdict becomes hold"),
        endpoint: { ...ref("texts"), description: "ARM id of the private endpoint" },
        subscription: { ...ref("texts"), description: "Id of the requesters' subscription" },
        resourceGroup: {
          ...ref("texts"),
          description: "ARM id of the requesters' resource group, or its name together with subscription",
        },
        owner: text("Who is responsible for it"),
        ticket: text(),
        expiresOn: instant("From then on the exemption is ignored"),
      },
      ["name", "rule"],
    ),
  };
}

/** References into a field: `endpoint.tags['owner']`, `endpoint.tags[owner]`, `endpoint.subnet.addressPrefixes[*]`. */
function inside({ name, type }: Field): Schema[] {
  const exact = name.replaceAll(".", "\\.");
  if (type === "object")
    return [{ type: "string", pattern: `^${exact}(\\.[A-Za-z_$][\\w$-]*|\\['.+'\\]|\\[[^'\\]*]+\\])$` }];
  return type === "strings" || type === "locations" ? [{ const: `${name}[*]` }] : [];
}

function conditionSchema(): Schema {
  const list = { type: "array", items: ref("condition"), minItems: 1 };
  const operators = Object.fromEntries(operatorNames.map((name) => [name, rightSide(name)]));
  const one = { oneOf: operatorNames.map((name) => ({ required: [name] })) };
  const count = closed({ field: ref("field"), value: {}, name: text(), where: ref("condition") }, []);
  return {
    oneOf: [
      closed({ allOf: list }, ["allOf"]),
      closed({ anyOf: list }, ["anyOf"]),
      closed({ not: ref("condition") }, ["not"]),
      { ...closed({ field: ref("field"), ...operators }, ["field"]), ...one },
      { ...closed({ value: {}, ...operators }, ["value"]), ...one },
      { ...closed({ count, ...operators }, ["count"]), ...one },
    ],
  };
}

function rightSide(name: OperatorName): Schema {
  switch (name) {
    case "in":
    case "notIn":
      return { anyOf: [{ type: "array" }, ref("expression")] };
    case "exists":
      return { enum: [true, false, "true", "false"] };
    case "less":
    case "lessOrEquals":
    case "greater":
    case "greaterOrEquals":
      return { type: ["number", "string"] };
    case "equals":
    case "notEquals":
    case "contains":
    case "notContains":
      return ref("scalar");
    case "like":
    case "notLike":
    case "match":
    case "notMatch":
    case "matchInsensitively":
    case "notMatchInsensitively":
    case "containsKey":
    case "notContainsKey":
      return { type: "string" };
  }
}

function closed(properties: Schema, required: readonly string[]): Schema {
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function ref(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}

function text(description?: string): Schema {
  return { type: "string", ...(description === undefined ? {} : { description }) };
}

function duration(description: string): Schema {
  return { type: "string", pattern: "^P(\\d{1,4}W|(\\d{1,5}D)?(T\\d{1,5}H)?)$", description };
}

function instant(description: string): Schema {
  return {
    type: "string",
    description: `${description}; 2026-12-31, which is the end of that day in UTC, or 2026-12-31T18:00:00Z`,
  };
}
