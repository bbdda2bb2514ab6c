import * as v from "valibot";
import type { Addressed } from "../../lib/addresses/model/baseline.ts";
import { parseConnectionId, parsePublicIpId, parseServiceId } from "../../lib/azure/resource-id.ts";
import { dayMs, hourMs, minuteMs } from "../../lib/clock.ts";
import type { Schema } from "../../lib/json-schema.ts";
import { parseConnectionName, parseServiceName } from "../../lib/connections/names.ts";
import { isGuid } from "../../lib/guid.ts";
import { pageMax } from "../../lib/page.ts";
import { nearest } from "../../lib/policy/source/nearest.ts";
import { parseInstant } from "../../lib/policy/values/instant.ts";
import { normaliseLocation } from "../../lib/policy/values/location.ts";

/**
 * The values that queries and bodies are made of. Each states once how it is parsed, what a caller is told when it is
 * not valid (a sentence that begins with the value's name), and what OpenAPI says about it.
 */

/** Text that `parse` turns into a value. `expected` says what it must be; `openapi` describes the text. */
export function parsed<T>(
  parse: (text: string) => T | undefined,
  expected: string | ((text: string) => string),
  openapi: Schema,
) {
  const message = (text: string) => (typeof expected === "string" ? expected : expected(text));
  return v.pipe(
    v.string(message("")),
    v.metadata(openapi),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = parse(dataset.value);
      if (value !== undefined) return value;
      addIssue({ message: message(dataset.value) });
      return NEVER;
    }),
  );
}

/** One of a closed list; case does not count. */
export function choice<const T extends string>(allowed: readonly T[], description: string) {
  return parsed(
    (text) => allowed.find((each) => each.toLowerCase() === text.toLowerCase()),
    (text) => `must be one of ${allowed.join(", ")}${suggestion(text, allowed)}`,
    { enum: allowed, description },
  );
}

/** "; did you mean …?", or nothing where no name is near. */
export function suggestion(text: string, names: readonly string[]): string {
  const near = text === "" ? undefined : nearest(text, names);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

export const resource = parsed(
  (text) => parseAddressed(text) ?? parseServiceName(text),
  "must be the ARM id of an API Management service or of a public IP address, or the name of a service",
  {
    description:
      "ARM id of an API Management service, or its name where only one has it, or ARM id of a public IP address resource",
  },
);

export function parseAddressed(text: string): Addressed | undefined {
  return parseServiceId(text) ?? parsePublicIpId(text);
}

export const service = parsed(
  (text) => parseServiceId(text) ?? parseServiceName(text),
  "must be the ARM id of an API Management service, or its name",
  { description: "ARM id of an API Management service, or its name where only one has it" },
);

export const connection = parsed(
  (text) => parseConnectionId(text) ?? parseConnectionName(text),
  "must be the ARM id of a private endpoint connection, or its name such as apim-orders/pe-payments",
  {
    description:
      "ARM id of a private endpoint connection, or its name, such as `apim-orders/pe-payments`, where only one has it",
  },
);

export const subscription = (description: string) =>
  parsed((text) => (isGuid(text) ? text.toLowerCase() : undefined), "must be the id of a subscription", {
    format: "uuid",
    description,
  });

const unitMs = { m: minuteMs, h: hourMs, d: dayMs } as const;

/** A duration in minutes, hours or days, as milliseconds. */
const last = parsed(
  (text) => {
    const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
    return count === undefined ? undefined : Number(count) * unitMs[unit as keyof typeof unitMs];
  },
  "must be a number of minutes, hours or days, such as 30m, 24h or 7d",
  { pattern: "^[1-9][0-9]{0,5}[mhd]$", description: "Only what is younger than this, instead of `from`" },
);

export const location = parsed(normaliseLocation, "must be text: the name of an Azure region", {
  description: "Azure region, by its name or its display name",
  examples: ["westeurope"],
});

/** An instant as ISO 8601 in UTC with milliseconds, the form that the tables hold. */
export function instant(description: string) {
  return parsed(
    (text) => {
      const ms = parseInstant(text);
      return ms === undefined ? undefined : new Date(ms).toISOString();
    },
    "must be an instant such as 2026-12-01T00:00:00Z, or a date, which is its beginning in UTC",
    { format: "date-time", description },
  );
}

/** The parameters of a list by time; of which time, if it is not that of the item itself. */
export function rangeOf(time?: string) {
  const of = time === undefined ? "" : ` of the ${time}`;
  return {
    from: v.exactOptional(instant(`Earliest instant${of}, inclusive`)),
    to: v.exactOptional(instant(`Latest instant${of}, exclusive`)),
    last: v.exactOptional(last),
  };
}

export const range = rangeOf();

/** A boolean in a query, where everything is text. */
export function flag(description: string) {
  return parsed(
    (text) => (text === "true" ? true : text === "false" ? false : undefined),
    "must be true or false",
    { type: "boolean", description },
  );
}

export const topDefault = 100;

const top = parsed(
  (text) =>
    /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= pageMax ? Number(text) : undefined,
  `must be a number from 1 to ${pageMax}`,
  {
    type: "integer",
    minimum: 1,
    maximum: pageMax,
    default: topDefault,
    description: "Maximum number of items in the page. A page may hold fewer although more follow",
  },
);

const continuation = parsed((text) => text, "must be text", {
  description: "`continuation` of the previous page, unchanged",
});

/** The parameters of every listing. */
export const page = { top: v.exactOptional(top), continuation: v.exactOptional(continuation) };
