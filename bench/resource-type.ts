/** The resource type of a path. */
export function resourceTypeOf(path: string): string {
  const segments = path.split("/");
  return (segments.length % 2 === 1 ? segments.at(-2) : segments.at(-1)) ?? "";
}
