/** Something that is wrong in a policy file, where it stands, and what could stand there instead. */
export interface Problem {
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Collects every problem of one file, so that its author hears all of them in one go. */
export interface Problems {
  add(at: Position, message: string): void;
}

export function problemsOf(file: string, into: Problem[]): Problems {
  return {
    add: (at, message) => {
      into.push({ file, line: at.line, column: at.column, message });
    },
  };
}
