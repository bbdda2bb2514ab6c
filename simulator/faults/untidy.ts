import { armError, type ArmResponse } from "../arm/response.ts";

/**
 * Ways in which a response may differ from what is expected. Azure was observed doing some; no document excludes the
 * others.
 */
export const untidyKinds = [
  "absent",
  "null",
  "empty",
  "id-case",
  "id-slash",
  "enum-case",
  "enum-unknown",
  "list-short",
  "list-null-member",
  "error-arm",
  "error-gateway",
  "error-empty",
  "not-visible",
  "not-found-gateway",
  "not-found-provider",
  "graph-short",
  "graph-null",
  "graph-late",
  "graph-throttled",
] as const;
export type UntidyKind = (typeof untidyKinds)[number];

/**
 * A copy of a response with one change. The kind and the place are drawn from those that apply, so the same sequence of
 * random numbers gives the same change. If no kind applies, returns the response itself.
 * @param earlier The previous response to the same question, for an index that lags.
 */
export function untidied(
  response: ArmResponse,
  random: () => number,
  kinds: readonly UntidyKind[] = untidyKinds,
  earlier?: ArmResponse,
): ArmResponse {
  for (let left = kinds; left.length > 0;) {
    const kind = draw(left, random);
    const changed = mutators[kind](response, random, earlier);
    if (changed !== undefined) return changed;
    left = left.filter((each) => each !== kind);
  }
  return response;
}

/** Changes a response; undefined if there is nothing that it applies to. */
type Mutator = (
  response: ArmResponse,
  random: () => number,
  earlier: ArmResponse | undefined,
) => ArmResponse | undefined;

/** A property or a member somewhere in a body. */
interface BodyMember {
  readonly within: Record<string, unknown> | unknown[];
  readonly key: string;
  readonly value: unknown;
}

/** The properties of a list's or a query's envelope, which always stay: without them the body would not be a list. */
const envelope = ["value", "data", "totalRecords", "count", "resultTruncated", "$skipToken"];
const enums = [
  "status",
  "provisioningState",
  "virtualNetworkType",
  "publicNetworkAccess",
  "platformVersion",
  "natGatewayState",
  "state",
  "publicIPAllocationMethod",
];

const mutators: Readonly<Record<UntidyKind, Mutator>> = {
  absent: edit(isOptional, remove),
  null: edit(
    (place) => isOptional(place) && place.value !== null,
    (place) => set(place, null),
  ),
  empty: edit(
    (place) => isOptional(place) && emptied(place.value) !== undefined,
    (place) => set(place, emptied(place.value)),
  ),
  "id-case": edit(isId, (place, random) => set(place, draw(cases, random)(String(place.value)))),
  "id-slash": edit(isId, (place) => set(place, `${String(place.value)}/`)),
  "enum-case": edit(isEnum, (place, random) => set(place, draw(cases, random)(String(place.value)))),
  "enum-unknown": edit(isEnum, (place) => set(place, "SomethingNew")),
  "list-short": edit(isMember, remove),
  "list-null-member": edit(isMember, (place) => set(place, null)),
  "error-arm": replace((random) =>
    armError(draw([500, 503], random), "InternalServerError", "Encountered an internal error."),
  ),
  "error-gateway": replace((random) => htmlError(draw([502, 503, 504], random))),
  "error-empty": replace((random) => ({ status: draw([500, 502, 503, 504], random) })),
  "not-visible": replace((random) => {
    const code = draw(["SubscriptionNotFound", "InvalidResourceType"], random);
    return armError(404, code, "It could not be found.");
  }),
  "not-found-gateway": replace(() => htmlError(404)),
  // Microsoft.Network's own code for a missing resource, if ARM passes the request on to it (recorded).
  "not-found-provider": ({ status }) =>
    status === 404
      ? { status, body: { error: { code: "NotFound", message: "Resource not found.", details: [] } } }
      : undefined,
  "graph-short": inGraph(remove),
  "graph-null": inGraph((place) => set(place, null)),
  "graph-late": (response, _, earlier) => (isGraphResponse(response) ? earlier : undefined),
  // Without Retry-After: only the quota's own header says how long to wait.
  "graph-throttled": (response) =>
    isGraphResponse(response)
      ? {
          ...armError(429, "RateLimiting", "Please provide below info when asking for support: throttled."),
          headers: { "x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:02" },
        }
      : undefined,
};

const cases = [
  (text: string) => text.toUpperCase(),
  (text: string) => text.toLowerCase(),
  (text: string) =>
    text.replaceAll(/[a-z]/gi, (letter, at: number) =>
      at % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase(),
    ),
] as const;

/** Changes one of the matching places, in a copy of a successful response. */
function edit(
  matches: (place: BodyMember) => boolean,
  change: (place: BodyMember, random: () => number) => void,
  placesOf: (body: object) => Iterable<BodyMember> = placesIn,
): Mutator {
  return (response, random) => {
    if (response.status >= 300 || typeof response.body !== "object" || response.body === null)
      return undefined;
    const body = structuredClone(response.body);
    const places = [...placesOf(body)].filter(matches);
    if (places.length === 0) return undefined;
    change(draw(places, random), random);
    return { ...response, body };
  };
}

/** Replaces a successful response. */
function replace(make: (random: () => number) => ArmResponse): Mutator {
  return ({ status }, random) => (status < 300 ? make(random) : undefined);
}

/** Changes a column of one row of a Resource Graph response. */
function inGraph(change: (place: BodyMember) => void): Mutator {
  const columns = edit(() => true, change, columnsIn);
  return (response, random) => (isGraphResponse(response) ? columns(response, random, undefined) : undefined);
}

function* columnsIn(body: object): Generator<BodyMember> {
  for (const row of (body as { data: Record<string, unknown>[] }).data)
    for (const [key, value] of Object.entries(row)) yield { within: row, key, value };
}

function isGraphResponse({ status, body }: ArmResponse): boolean {
  return status === 200 && typeof body === "object" && body !== null && "totalRecords" in body;
}

function* placesIn(value: unknown): Generator<BodyMember> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    yield { within: value as BodyMember["within"], key, value: each };
    yield* placesIn(each);
  }
}

function isOptional({ within, key }: BodyMember): boolean {
  return !Array.isArray(within) && !envelope.includes(key);
}

function isMember({ within }: BodyMember): boolean {
  return Array.isArray(within);
}

function isId({ value }: BodyMember): boolean {
  return typeof value === "string" && value.startsWith("/subscriptions/");
}

function isEnum({ within, key, value }: BodyMember): boolean {
  return !Array.isArray(within) && enums.includes(key) && typeof value === "string" && value !== "";
}

/** The empty value of the same type; undefined if the type has none or the value is empty already. */
function emptied(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? undefined : "";
  if (Array.isArray(value)) return value.length === 0 ? undefined : [];
  return typeof value === "object" && value !== null && Object.keys(value).length > 0 ? {} : undefined;
}

function set({ within, key }: BodyMember, value: unknown): void {
  Object.assign(within, { [key]: value });
}

function remove({ within, key }: BodyMember): void {
  if (Array.isArray(within)) within.splice(Number(key), 1);
  else Reflect.deleteProperty(within, key);
}

function htmlError(status: number): ArmResponse {
  return {
    status,
    text: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
    headers: { "content-type": "text/html" },
  };
}

function draw<T>(from: readonly T[], random: () => number): T {
  const drawn = from[Math.floor(random() * from.length)];
  if (drawn === undefined) throw new Error("cannot draw from an empty list");
  return drawn;
}
