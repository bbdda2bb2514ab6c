import { documentFunctionReplacement } from "./azure-names.ts";
import { propertyOf } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Catalogue, Field, FieldReference } from "./fields.ts";
import { normaliseLocation } from "../values/location.ts";
import { parsePath, type Step } from "../values/path.ts";

type Derive = Extract<Step, { kind: "derived" }>["derive"];

const whole: Field = {
  name: "",
  type: "any",
  assertedBy: "platform",
  source: "document",
  description: "The document",
};
const location: Field = { ...whole, type: "location" };

/**
 * An open catalogue over one JSON document, which is the only fact. Every path is a field, and a resource's document
 * also has Azure Policy's field names ("Azure Policy definition structure policy rule").
 */
export function openCatalogue(): Catalogue {
  return {
    fields: [whole],
    functionReplacement: documentFunctionReplacement,
    resolve(text) {
      const steps = stepsOf(text);
      if (steps === undefined)
        return { problem: `"${text.slice(0, 100)}" is not a field, an alias or a path` };
      return { field: isLocation(text) ? location : whole, slot: 0, steps } satisfies FieldReference;
    },
  };
}

function isLocation(text: string): boolean {
  return text.toLowerCase() === "location";
}

function stepsOf(text: string): readonly Step[] | undefined {
  if (isLocation(text)) return [{ kind: "key", key: "location" }, derived("normalised", normalised)];
  if (text.toLowerCase() === "fullname") return [derived("fullName", fullName)];
  const [, dotted, bracketed] = /^tags(?:\.(.+)|\[([^'*].*|)\])$/is.exec(text) ?? [];
  const tag = dotted ?? bracketed;
  if (tag !== undefined)
    return [
      { kind: "key", key: "tags" },
      { kind: "key", key: tag },
    ];
  return /^[\w.-]+\//.test(text) ? aliasSteps(text) : parsePath(text);
}

function derived(name: string, derive: Derive): Step {
  return { kind: "derived", name, derive };
}

function normalised(value: FactValue): FactValue {
  return typeof value === "string" ? normaliseLocation(value) : value;
}

/** The resource's name after those of its parents: `myServer/myDatabase`. */
function fullName(document: FactValue): FactValue | undefined {
  const given = propertyOf(document, "fullName");
  const id = propertyOf(document, "id");
  if (given !== undefined || typeof id !== "string") return given ?? propertyOf(document, "name");
  const [, behind = ""] = /.*\/providers\/[^/]+\/(.+)$/i.exec(id) ?? [];
  const names = behind.split("/").filter((_, index) => index % 2 === 1);
  return names.length === 0 ? propertyOf(document, "name") : names.join("/");
}

const aliasStep = /\.?([^.[\]]+)|\[(\*)\]/y;

/**
 * Parses an alias: a resource type followed by a path into the resource's properties, or to a value next to them. It
 * has no value for a resource of another type. Members of a list may have properties of their own, as subnets do.
 */
function aliasSteps(alias: string): Step[] | undefined {
  const slash = alias.lastIndexOf("/");
  const [type, path] = [alias.slice(0, slash), alias.slice(slash + 1)];
  const steps: Step[] = [];
  aliasStep.lastIndex = 0;
  while (aliasStep.lastIndex < path.length) {
    const start = aliasStep.lastIndex;
    const [, key, star] = aliasStep.exec(path) ?? [];
    if (star !== undefined && start > 0) steps.push({ kind: "each" });
    else if (key === undefined || (start === 0) === (path[start] === ".")) return undefined;
    else steps.push(aliasKey(type, key, steps.at(-1)));
  }
  return steps.length === 0 ? undefined : steps;
}

function aliasKey(type: string, key: string, before: Step | undefined): Step {
  if (before === undefined)
    return derived(`${type}/${key}`, (document) =>
      isOfType(document, type) ? inProperties(document, key) : undefined,
    );
  if (before.kind === "each")
    return derived(key, (member) => propertyOf(member, key) ?? inProperties(member, key));
  return { kind: "key", key };
}

function inProperties(value: FactValue, key: string): FactValue | undefined {
  return propertyOf(propertyOf(value, "properties") ?? null, key) ?? propertyOf(value, key);
}

/** Whether a document has this type, or does not state its type. */
function isOfType(document: FactValue, type: string): boolean {
  const own = propertyOf(document, "type");
  if (typeof own !== "string") return true;
  const [is, wanted] = [own.toLowerCase(), type.toLowerCase()];
  return is === wanted || (!wanted.includes("/") && is.startsWith(`${wanted}/`));
}
