import type { CaseRun } from "../lib/policy/case.ts";

export interface Suite extends CaseRun {
  readonly policy: string;
}
