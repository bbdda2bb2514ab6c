/** Something wrong in a policy file: its position, what is wrong, and what to write instead. */
export interface Problem {
  /** An error keeps the policy from loading; a warning does not; a note says how an ambiguous value is read. */
  readonly severity: "error" | "warning" | "note";
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `file:line:column: message`, the form that editors and terminals turn into links. */
export function formatProblem({ severity, file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${severity === "error" ? "" : `${severity}: `}${message}`;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourcePlace extends Position {
  readonly file: string;
}

/** Collects all problems of one file, so that they are reported together. */
export interface Problems {
  readonly file: string;
  /** Adds a problem to this file, unless `at` names another one. */
  add(at: Position & { readonly file?: string }, message: string, severity?: Problem["severity"]): void;
}

export function problemsOf(file: string, into: Problem[]): Problems {
  return {
    file,
    add: ({ line, column, file: other = file }, message, severity = "error") => {
      into.push({ severity, file: other, line, column, message });
    },
  };
}
