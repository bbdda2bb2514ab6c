import { Ajv } from "ajv";
import type { Alert } from "../src/lib/alerts/alert.ts";
import { dataSchema } from "../src/lib/alerts/catalogue-entry.ts";
import { alertKinds } from "../src/lib/alerts/catalogue.ts";

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map<string, ReturnType<typeof ajv.compile>>(
  Object.entries(alertKinds).map(([type, kind]) => [type, ajv.compile(dataSchema(kind))]),
);

/** The violations of the published schema in an alert's data. */
export function alertProblems({ type, data }: Alert): string[] {
  const validate = validators.get(type);
  if (validate === undefined) return [`${type} is not a type of alert`];
  return validate(data)
    ? []
    : (validate.errors ?? []).map((each) => `${type}${each.instancePath}: ${each.message}`);
}
