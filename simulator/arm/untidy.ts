import { armError, type Answer } from "./answer.ts";

/** A way in which an answer may be other than expected. Azure was seen doing some; the others nobody promised not to happen. */
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
 * The answer with one thing changed: in a way that is drawn from those of the kinds that fit it, at a place that is drawn
 * too. The same draws give the same answer; the given one stays as it is. Where nothing fits it comes back unchanged.
 * @param earlier What the same question was answered before, for an index that is late.
 */
export function untidied(
  answer: Answer,
  random: () => number,
  kinds: readonly UntidyKind[] = untidyKinds,
  earlier?: Answer,
): Answer {
  for (let left = kinds; left.length > 0;) {
    const kind = draw(left, random);
    const changed = waysOf[kind](answer, random, earlier);
    if (changed !== undefined) return changed;
    left = left.filter((each) => each !== kind);
  }
  return answer;
}

/** How a kind changes an answer; undefined where it has nothing to change. */
type Ways = (answer: Answer, random: () => number, earlier: Answer | undefined) => Answer | undefined;

/** A property or a member somewhere in a body. */
interface Place {
  readonly within: Record<string, unknown> | unknown[];
  readonly key: string;
  readonly value: unknown;
}

/** What its kinds are named by in an envelope: without these it would be no list at all. */
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

const waysOf: Readonly<Record<UntidyKind, Ways>> = {
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
  "error-arm": instead((random) =>
    armError(draw([500, 503], random), "InternalServerError", "Encountered an internal error."),
  ),
  "error-gateway": instead((random) => page(draw([502, 503, 504], random))),
  "error-empty": instead((random) => ({ status: draw([500, 502, 503, 504], random) })),
  "not-visible": instead((random) => {
    const code = draw(["SubscriptionNotFound", "InvalidResourceType"], random);
    return armError(404, code, "It could not be found.");
  }),
  "not-found-gateway": instead(() => page(404)),
  // Microsoft.Network's own word for what is not there, where ARM's front door passes the question on (recorded).
  "not-found-provider": ({ status }) =>
    status === 404
      ? { status, body: { error: { code: "NotFound", message: "Resource not found.", details: [] } } }
      : undefined,
  "graph-short": inGraph(remove),
  "graph-null": inGraph((place) => set(place, null)),
  "graph-late": (answer, _, earlier) => (isOfGraph(answer) ? earlier : undefined),
  // Without Retry-After: only the quota's own header says how long.
  "graph-throttled": (answer) =>
    isOfGraph(answer)
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

/** Changes one of the places that fit, in a copy of a good answer. */
function edit(
  fits: (place: Place) => boolean,
  change: (place: Place, random: () => number) => void,
  placesOf: (body: object) => Iterable<Place> = placesIn,
): Ways {
  return (answer, random) => {
    if (answer.status >= 300 || typeof answer.body !== "object" || answer.body === null) return undefined;
    const body = structuredClone(answer.body);
    const places = [...placesOf(body)].filter(fits);
    if (places.length === 0) return undefined;
    change(draw(places, random), random);
    return { ...answer, body };
  };
}

/** Gives another answer in place of a good one. */
function instead(make: (random: () => number) => Answer): Ways {
  return ({ status }, random) => (status < 300 ? make(random) : undefined);
}

/** Changes a column of one of Resource Graph's rows. */
function inGraph(change: (place: Place) => void): Ways {
  const columns = edit(() => true, change, columnsIn);
  return (answer, random) => (isOfGraph(answer) ? columns(answer, random, undefined) : undefined);
}

function* columnsIn(body: object): Generator<Place> {
  for (const row of (body as { data: Record<string, unknown>[] }).data)
    for (const [key, value] of Object.entries(row)) yield { within: row, key, value };
}

function isOfGraph({ status, body }: Answer): boolean {
  return status === 200 && typeof body === "object" && body !== null && "totalRecords" in body;
}

function* placesIn(value: unknown): Generator<Place> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    yield { within: value as Place["within"], key, value: each };
    yield* placesIn(each);
  }
}

function isOptional({ within, key }: Place): boolean {
  return !Array.isArray(within) && !envelope.includes(key);
}

function isMember({ within }: Place): boolean {
  return Array.isArray(within);
}

function isId({ value }: Place): boolean {
  return typeof value === "string" && value.startsWith("/subscriptions/");
}

function isEnum({ within, key, value }: Place): boolean {
  return !Array.isArray(within) && enums.includes(key) && typeof value === "string" && value !== "";
}

/** The empty value of a value's own type; undefined where there is none, or it is empty already. */
function emptied(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? undefined : "";
  if (Array.isArray(value)) return value.length === 0 ? undefined : [];
  return typeof value === "object" && value !== null && Object.keys(value).length > 0 ? {} : undefined;
}

function set({ within, key }: Place, value: unknown): void {
  Object.assign(within, { [key]: value });
}

function remove({ within, key }: Place): void {
  if (Array.isArray(within)) within.splice(Number(key), 1);
  else Reflect.deleteProperty(within, key);
}

function page(status: number): Answer {
  return {
    status,
    text: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
    headers: { "content-type": "text/html" },
  };
}

function draw<T>(from: readonly T[], random: () => number): T {
  const drawn = from[Math.floor(random() * from.length)];
  if (drawn === undefined) throw new Error("there is nothing to draw from");
  return drawn;
}
