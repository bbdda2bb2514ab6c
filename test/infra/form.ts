import { runInNewContext } from "node:vm";

interface Element {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: unknown;
  readonly constraints?: {
    readonly regex?: string;
    readonly allowedValues?: readonly { readonly label: string; readonly value: string }[];
  };
}

/** A form of the portal for a deployment to a subscription, of Microsoft's schema `uiFormDefinition.schema.json`. */
export interface Form {
  readonly view: {
    readonly properties: {
      readonly steps: readonly { readonly name: string; readonly elements: readonly Element[] }[];
    };
    readonly outputs: { readonly parameters: Readonly<Record<string, unknown>> };
  };
}

/** An answer for each element, by its name. */
type Answers = Readonly<Record<string, unknown>>;

const text = { type: "string", minLength: 1 };

/** An element of this type with these properties and no others. */
function element(type: string, properties: object, required: readonly string[]): object {
  return {
    type: "object",
    properties: { name: { type: "string", pattern: "^[a-z]\\w*$" }, type: { const: type }, ...properties },
    required: ["name", "type", ...required],
    additionalProperties: false,
  };
}

const options = {
  type: "object",
  properties: { label: text, value: text },
  required: ["label", "value"],
  additionalProperties: false,
};
const boxConstraints = {
  type: "object",
  properties: { required: { type: "boolean" }, regex: text, validationMessage: text },
  additionalProperties: false,
};
const dropConstraints = {
  type: "object",
  properties: {
    required: { type: "boolean" },
    allowedValues: { type: "array", minItems: 1, items: options },
  },
  required: ["allowedValues"],
  additionalProperties: false,
};
const labelled = { label: text, toolTip: text };
const common = "Microsoft.Common";
const scope = element(`${common}.ResourceScope`, {}, []);
const elements = [
  element(
    `${common}.TextBox`,
    { ...labelled, defaultValue: { type: "string" }, placeholder: text, constraints: boxConstraints },
    ["label", "toolTip"],
  ),
  element(`${common}.DropDown`, { ...labelled, defaultValue: text, constraints: dropConstraints }, [
    "label",
    "toolTip",
    "constraints",
  ]),
  element(`${common}.CheckBox`, labelled, ["label", "toolTip"]),
  element(
    `${common}.InfoBox`,
    { options: { type: "object", properties: { style: text, text }, required: ["style", "text"] } },
    ["options"],
  ),
];

function steps(first: object, others: readonly object[]): object {
  const step = (items: object) => ({
    type: "object",
    properties: { name: text, label: text, elements: { type: "array", minItems: 1, ...items } },
    required: ["name", "label", "elements"],
    additionalProperties: false,
  });
  const rest = { oneOf: others };
  return {
    type: "array",
    minItems: 1,
    // Microsoft's schema takes the scope of the deployment only as the first element of the first step.
    items: [step({ items: [first], additionalItems: rest })],
    additionalItems: step({ items: rest }),
  };
}

/** Of Microsoft's schema, what our form uses. */
export const formSchema: object = {
  type: "object",
  properties: {
    $schema: {
      const: "https://schema.management.azure.com/schemas/2021-09-09/uiFormDefinition.schema.json#",
    },
    view: {
      type: "object",
      properties: {
        kind: { const: "Form" },
        properties: {
          type: "object",
          properties: { title: text, steps: steps(scope, elements) },
          required: ["title", "steps"],
          additionalProperties: false,
        },
        outputs: {
          type: "object",
          properties: {
            kind: { const: "Subscription" },
            subscriptionId: text,
            location: text,
            parameters: { type: "object" },
          },
          required: ["kind", "subscriptionId", "location", "parameters"],
          additionalProperties: false,
        },
      },
      required: ["kind", "properties", "outputs"],
      additionalProperties: false,
    },
  },
  required: ["$schema", "view"],
  additionalProperties: false,
};

/** What the portal has in a form that nobody has changed. */
export function untouched({ view }: Form): Answers {
  const values = view.properties.steps.flatMap(({ elements: of }) =>
    of.map(({ name, type, defaultValue }) => [name, type === `${common}.CheckBox` ? false : defaultValue]),
  );
  return Object.fromEntries(values) as Answers;
}

const resourceScope = {
  subscription: { id: "/subscriptions/11111111-1111-4111-8111-111111111111" },
  location: { name: "westeurope" },
};

/** The portal's functions that our form calls. */
const functions = {
  concat: (...parts: readonly string[]) => parts.join(""),
  parse: (json: string) => JSON.parse(json) as unknown,
  empty: (value: string) => value.length === 0,
  split: (value: string, by: string) => value.split(by),
  choose: (condition: boolean, then: unknown, otherwise: unknown) => (condition ? then : otherwise),
};

/**
 * The parameters that the portal deploys with. Throws where an expression names an element or a function that is not
 * there.
 */
export function parametersOf(form: Form, answers: Answers): Readonly<Record<string, unknown>> {
  const { steps: all } = form.view.properties;
  const valuesOf = (name: string) => {
    const found = all.find((step) => step.name === name);
    if (found === undefined) throw new Error(`the form has no step ${name}`);
    const entries = found.elements.map((each) => [
      each.name,
      each.name in answers ? answers[each.name] : undefined,
    ]);
    const values = {
      ...(Object.fromEntries(entries) as object),
      ...(name === "basics" ? { resourceScope } : {}),
    };
    return new Proxy(values, {
      get: (target, key) => {
        if (key in target) return target[key as keyof typeof target] as unknown;
        throw new Error(`the step ${name} has no element ${String(key)}`);
      },
    });
  };
  const evaluate = (expression: unknown): unknown =>
    runInNewContext(String(expression).slice(1, -1).replaceAll("if(", "choose("), {
      ...functions,
      steps: valuesOf,
    });
  return Object.fromEntries(
    Object.entries(form.view.outputs.parameters).map(([name, expression]) => [name, evaluate(expression)]),
  );
}
