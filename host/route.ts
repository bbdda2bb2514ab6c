/** Returns the parameters of a path; undefined if the route does not match. */
export type HttpRoute = (path: string) => Record<string, string> | undefined;

interface Part {
  readonly kind: "literal" | "parameter" | "rest";
  readonly text: string;
  readonly optional: boolean;
  readonly test: (value: string) => boolean;
}

/**
 * Parses a route template: literals, `{x}`, `{x?}`, `{x:int}`, `{x:maxlength(8)}` and `{*rest}`. Literals ignore case.
 */
export function httpRoute(template: string): HttpRoute {
  const parts = template
    .split("/")
    .filter((part) => part !== "")
    .map(partOf);
  return (path) => {
    const segments = path.split("/").filter((segment) => segment !== "");
    const found: Record<string, string> = {};
    for (const [index, part] of parts.entries()) {
      if (part.kind === "rest") return { ...found, [part.text]: segments.slice(index).map(decode).join("/") };
      const segment = segments[index];
      if (segment === undefined) return part.optional ? found : undefined;
      if (part.kind === "literal" && segment.toLowerCase() !== part.text) return undefined;
      if (part.kind === "parameter" && !part.test(decode(segment))) return undefined;
      if (part.kind === "parameter") found[part.text] = decode(segment);
    }
    return segments.length > parts.length ? undefined : found;
  };
}

function partOf(text: string): Part {
  const [, star, name, type, max, optional] =
    /^\{(\*?)(\w+)(?::(\w+)(?:\((\d+)\))?)?(\??)\}$/.exec(text) ?? [];
  if (name === undefined)
    return { kind: "literal", text: text.toLowerCase(), optional: false, test: () => true };
  return {
    kind: star === "*" ? "rest" : "parameter",
    text: name,
    optional: optional === "?",
    test: constraint(type, Number(max)),
  };
}

function constraint(type: string | undefined, max: number): Part["test"] {
  if (type === "int") return (value) => /^-?\d+$/.test(value);
  return type === "maxlength" ? (value) => value.length <= max : () => true;
}

/** Decodes a segment. A malformed encoding stays as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}
