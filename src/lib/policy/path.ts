/** One step into a value: to the member under a key, or to each element of a list. */
export type Step = { readonly kind: "key"; readonly key: string } | { readonly kind: "each" };

const step = /\.?([A-Za-z_$][\w$-]*)|\['((?:[^']|'')*)'\]|\[(\*)\]/y;

/** `a.b['c'][*].d` as steps; undefined for what is no path. */
export function parsePath(text: string): Step[] | undefined {
  const steps: Step[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const start = step.lastIndex;
    const [, name, quoted, star] = step.exec(text) ?? [];
    if (name !== undefined && (start === 0) !== (text[start] === ".")) steps.push({ kind: "key", key: name });
    else if (quoted !== undefined && start > 0)
      steps.push({ kind: "key", key: quoted.replaceAll("''", "'") });
    else if (star !== undefined && start > 0) steps.push({ kind: "each" });
    else return undefined;
  }
  return steps.length === 0 ? undefined : steps;
}

export function hasEach(steps: readonly Step[]): boolean {
  return steps.some(({ kind }) => kind === "each");
}

/** The steps as they are written after a name. */
export function printSteps(steps: readonly Step[]): string {
  return steps
    .map((each) => (each.kind === "each" ? "[*]" : `['${each.key.replaceAll("'", "''")}']`))
    .join("");
}
