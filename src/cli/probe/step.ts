import type { Finding } from "./finding.ts";
import type { Answered, ProbeAzure } from "./probe-azure.ts";

/** A step of the probe. */
export interface Step {
  readonly name: string;
  /** What it will do, as the person is told before. */
  readonly does: string;
  readonly writes: boolean;
  readonly run: (azure: ProbeAzure) => Promise<readonly Answered[]>;
  readonly questions: readonly Question[];
}

/** An open question about Azure, and what the answers of its step say about it. */
export interface Question {
  readonly asks: string;
  readonly answer: (answers: readonly Answered[]) => Finding;
}

/** Of API Management's requests. */
export const apimVersion = "?api-version=2024-05-01";
