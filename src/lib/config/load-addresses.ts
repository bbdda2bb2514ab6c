import { byResource, type Declared } from "../addresses/model/declared.ts";
import { readDeclared } from "../addresses/model/read-declared.ts";
import { formatProblem } from "../policy/source/problem.ts";
import { readPolicyFiles } from "./policy-files.ts";

export interface LoadedAddresses {
  readonly declared: Declared;
  /** With any problem nothing is declared: half a list would make the other half drift. */
  readonly problems: readonly string[];
}

const none: Declared = new Map();

/** The declared baselines of the package. Never throws: an unreadable folder is a problem, and pins nothing. */
export function loadAddresses(root: string, addresses: string): LoadedAddresses {
  try {
    const { declared, problems } = readDeclared(readPolicyFiles(root, addresses));
    return problems.length === 0
      ? { declared: byResource(declared), problems: [] }
      : { declared: none, problems: problems.map(formatProblem) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return {
      declared: none,
      problems: [
        `the declared addresses ${addresses} cannot be read (${code}); DRAWBRIDGE_ADDRESSES names a folder in the package`,
      ],
    };
  }
}
