/** Something that is wrong in a policy file, where it stands, and what could stand there instead. */
export interface Problem {
  /** A policy with an error does not load; a warning is for its author to weigh; a note says how something is read. */
  readonly severity: "error" | "warning" | "note";
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `file:line:column: message`, as editors and terminals link it. */
export function formatProblem({ severity, file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${severity === "error" ? "" : `${severity}: `}${message}`;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Place extends Position {
  readonly file: string;
}

/** Collects every problem of one file, so that its author hears all of them in one go. */
export interface Problems {
  readonly file: string;
  /** In this file, unless `at` names another. */
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
