/** A mitigation, how to take it out, and the test that must fail then. */
export interface Mitigation {
  /** As SECURITY.md names it. */
  readonly name: string;
  /** Where it is, by its path from the root. */
  readonly file: string;
  /** Text that the file contains exactly once, and what it is replaced by. */
  readonly replace: readonly [present: string, without: string];
  readonly test: {
    readonly file: string;
    /** As the test's source writes it: a title with `%s` is that of each of its cases. */
    readonly title: string;
  };
}

/** Mitigations by the number of their threat in SECURITY.md. */
export type Threats = Readonly<Partial<Record<`T${number}`, readonly Mitigation[]>>>;

/** What stands for a value in the title of a parametrised test. */
const placeholder = /%[sdijo#]|%\d\$s|\$[a-z]\w*/g;

/** A regular expression for the titles that Vitest reports for a test. */
export function titlePattern(title: string): string {
  const literals = title.split(placeholder);
  return literals.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
}
