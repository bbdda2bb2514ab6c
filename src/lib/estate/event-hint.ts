/** The readable part of an event. Events are unsigned: only the names in them are used. */
export interface Hint {
  /** The operation, in lower case; undefined for other kinds of events. */
  readonly operation?: string;
  /** Texts that may name the resource, in the order in which they are tried. */
  readonly names: readonly string[];
  /** Of a resource notification: the resource's type, in lower case, and its properties. */
  readonly resource?: { readonly type: string; readonly properties: unknown };
}

/**
 * Reads one event, in Event Grid's schema or as a CloudEvent: both carry the same data. Undefined only if it does not
 * have the shape of an event. An event of an unknown kind has no operation and no resource.
 */
export function readHint(event: unknown): Hint | undefined {
  const data = property(event, "data");
  if (!isRecord(data)) return undefined;
  const operation = property(data, "operationName");
  const resource = property(data, "resourceInfo");
  const type = property(resource, "type");
  const kind = property(event, "eventType") ?? property(event, "type");
  if (![operation, type, kind].some((each) => typeof each === "string")) return undefined;
  const names = [
    property(data, "resourceUri"),
    property(resource, "id"),
    property(event, "subject"),
    property(property(data, "authorization"), "scope"),
  ];
  return {
    // A trailing slash does not change which resource is named.
    names: names.flatMap((name) => (typeof name === "string" ? [name.replace(/\/$/, "")] : [])),
    ...(typeof operation === "string" ? { operation: operation.toLowerCase() } : {}),
    ...(typeof type === "string"
      ? { resource: { type: type.toLowerCase(), properties: property(resource, "properties") } }
      : {}),
  };
}

/** The first name that parses. */
export function firstNamed<T>(
  names: readonly string[],
  parse: (text: string) => T | undefined,
): T | undefined {
  for (const name of names) {
    const found = parse(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function property(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
