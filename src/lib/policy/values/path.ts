import type { FactValue } from "./fact.ts";

/** One step into a value: to the member under a key, to each element of a list, or to a derived value. */
export type Step =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "each" }
  | {
      readonly kind: "derived";
      readonly name: string;
      readonly derive: (value: FactValue) => FactValue | undefined;
    };

// An unquoted key, `tags[cost center]`, is read as in Azure Policy. A number would be an index, which paths do not
// have.
const step = /\.?([A-Za-z_$][\w$-]*)|\['((?:[^']|'')*)'\]|\[(\*)\]|\[(?!\d+\])([^[\]'"*][^[\]]*)\]/y;

/** Parses `a.b['c'][*].d` into steps; undefined for text that is not a path. */
export function parsePath(text: string): Step[] | undefined {
  const steps: Step[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const start = step.lastIndex;
    const [, name, quoted, star, bare] = step.exec(text) ?? [];
    if (name !== undefined && (start === 0) !== (text[start] === ".")) steps.push({ kind: "key", key: name });
    else if (quoted !== undefined && start > 0)
      steps.push({ kind: "key", key: quoted.replaceAll("''", "'") });
    else if (star !== undefined && start > 0) steps.push({ kind: "each" });
    else if (bare !== undefined && start > 0) steps.push({ kind: "key", key: bare });
    else return undefined;
  }
  return steps.length === 0 ? undefined : steps;
}

export function hasEach(steps: readonly Step[]): boolean {
  return steps.some(({ kind }) => kind === "each");
}

/** The steps as written after a name. */
export function printSteps(steps: readonly Step[]): string {
  return steps
    .map((each) => {
      if (each.kind === "each") return "[*]";
      return each.kind === "derived" ? `[${each.name}]` : `['${each.key.replaceAll("'", "''")}']`;
    })
    .join("");
}

export function sameStep(left: Step, right: Step | undefined): boolean {
  switch (left.kind) {
    case "each":
      return right?.kind === "each";
    case "derived":
      return right?.kind === "derived" && left.name === right.name;
    case "key":
      return right?.kind === "key" && left.key.toLowerCase() === right.key.toLowerCase();
  }
}
