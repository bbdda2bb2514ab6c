/** A type of a compiled template: of a parameter, of a property, or of an item. */
export interface ArmType {
  readonly type?: string;
  readonly $ref?: string;
  readonly nullable?: boolean;
  readonly allowedValues?: readonly unknown[];
  readonly defaultValue?: unknown;
  readonly properties?: Readonly<Record<string, ArmType>>;
  readonly additionalProperties?: ArmType | false;
  readonly items?: ArmType;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

interface Typed {
  readonly parameters?: Readonly<Record<string, ArmType>>;
  readonly definitions?: Readonly<Record<string, ArmType>>;
}

const types: Readonly<Record<string, string>> = { bool: "boolean", int: "integer" };

/**
 * The parameters that a template takes, as a JSON Schema. Azure refuses what does not fit, before anything is deployed.
 */
export function parametersSchema({ parameters = {}, definitions = {} }: Typed): object {
  const mapped = Object.entries(definitions).map(([name, type]) => [name, schemaOf(type)]);
  return {
    type: "object",
    ...objectSchema(parameters, false),
    definitions: Object.fromEntries(mapped) as Readonly<Record<string, object>>,
  };
}

function schemaOf(type: ArmType): object {
  const { $ref, nullable, allowedValues, items, properties, additionalProperties } = type;
  if ($ref !== undefined) return nullable === true ? { anyOf: [{ $ref }, { type: "null" }] } : { $ref };
  const name = types[type.type ?? ""] ?? type.type;
  return {
    ...(name === undefined ? {} : { type: nullable === true ? [name, "null"] : name }),
    ...(allowedValues === undefined
      ? {}
      : { enum: nullable === true ? [...allowedValues, null] : allowedValues }),
    ...(items === undefined ? {} : { items: schemaOf(items) }),
    ...(type.minLength === undefined ? {} : { minLength: type.minLength }),
    ...(type.maxLength === undefined ? {} : { maxLength: type.maxLength }),
    ...(type.minValue === undefined ? {} : { minimum: type.minValue }),
    ...(type.maxValue === undefined ? {} : { maximum: type.maxValue }),
    ...(properties === undefined ? {} : objectSchema(properties, additionalProperties)),
  };
}

/** What has no default and is not nullable has to be given. */
function objectSchema(
  properties: Readonly<Record<string, ArmType>>,
  additional: ArmType | false | undefined,
): object {
  const entries = Object.entries(properties);
  return {
    properties: Object.fromEntries(entries.map(([name, type]) => [name, schemaOf(type)])),
    required: entries
      .filter(([, type]) => type.defaultValue === undefined && type.nullable !== true)
      .map(([name]) => name),
    ...(additional === undefined
      ? {}
      : { additionalProperties: additional === false ? false : schemaOf(additional) }),
  };
}
