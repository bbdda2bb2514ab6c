import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toSafeJson } from "../../lib/json.ts";
import type { Terminal } from "../command.ts";
import { withFile } from "../policy-at.ts";
import type { Anonymiser } from "./anonymise.ts";
import { couldNot, statusOf, word, type Finding } from "./finding.ts";
import { withoutArm } from "./operation-address.ts";
import type { Answered, ProbeAzure } from "./probe-azure.ts";
import type { Step } from "./step.ts";

/** What came of a step. */
export interface StepReport {
  readonly step: string;
  /** Why it was not done. */
  readonly leftOut?: string;
  /** Each call, such as `GET 403 AuthorizationFailed`. */
  readonly calls: readonly string[];
  readonly findings: readonly (readonly [question: string, finding: Finding])[];
  /** The path of its fixture. */
  readonly fixture?: string;
}

export interface StepContext {
  readonly azure: ProbeAzure;
  readonly anonymous: Anonymiser;
  /** Whether the steps that only read are allowed. */
  readonly yes: boolean;
  /** Where fixtures are written. */
  readonly folder: string;
  readonly terminal: Pick<Terminal, "ask">;
}

export async function runStep(step: Step, context: StepContext): Promise<StepReport> {
  const { name, questions } = step;
  const leftOut = await refusalOf(step, context);
  if (leftOut !== undefined) {
    const reason = couldNot(`the step was left out: ${leftOut}`);
    return { step: name, leftOut, calls: [], findings: questions.map(({ asks }) => [asks, reason]) };
  }
  // First, so that nothing is approved whose record could not be kept.
  withFile(context.folder, "written", () => mkdirSync(context.folder, { recursive: true }));
  const answers = await step.run(context.azure);
  const findings = questions.map(({ asks, answer }): [string, Finding] => [asks, answer(answers)]);
  const fixture = writeFixture(name, answers, findings, context);
  return { step: name, calls: answers.map((each) => `${each.method} ${statusOf(each)}`), findings, fixture };
}

/** Why a step is not done. One that writes is asked for each time, whatever the options say. */
async function refusalOf(
  { writes }: Step,
  { yes, terminal: { ask } }: StepContext,
): Promise<string | undefined> {
  if (yes && !writes) return undefined;
  if (ask === undefined)
    return writes
      ? "it changes something, so that a person must allow it; run probe in a terminal"
      : "nobody can be asked, because the input is not a terminal; run probe in one, or with --yes, which allows the steps that only read";
  const given = await ask(
    writes ? '  This changes something. Write "approve" to do it: ' : "  Do it? (y/n) ",
  );
  const isAllowed = writes ? given.trim() === "approve" : /^y(es)?$/i.test(given.trim());
  return isAllowed ? undefined : `the answer was not "${writes ? "approve" : "y"}"`;
}

function writeFixture(
  step: string,
  answers: readonly Answered[],
  findings: StepReport["findings"],
  { anonymous, folder }: StepContext,
): string {
  const [start = 0] = answers.map(({ at }) => at);
  const recorded = answers.map((answered) => ({
    method: answered.method,
    path: anonymous.path(answered.path),
    afterSeconds: Math.round((answered.at - start) / 1000),
    status: answered.status,
    ...(answered.status === null ? { failure: answered.failure } : {}),
    ...operationOf(answered, anonymous),
    body: anonymous.value(answered.body),
  }));
  const path = join(folder, `${step}.json`);
  const fixture = { v: 1, step, findings: findings.map(findingJson), answers: recorded };
  withFile(path, "written", () => writeFileSync(path, `${toSafeJson(fixture, 2)}\n`));
  return path;
}

/** Where an operation is followed, without the signature, and when. */
function operationOf(answered: Answered, anonymous: Anonymiser) {
  if (answered.status === null) return {};
  const { location, asyncOperation, retryAfter } = answered;
  return {
    ...(retryAfter === undefined ? {} : { retryAfter: word(retryAfter) }),
    ...(location === undefined ? {} : { location: anonymous.path(withoutArm(location)) }),
    ...(asyncOperation === undefined ? {} : { asyncOperation: anonymous.path(withoutArm(asyncOperation)) }),
  };
}

/** A finding as JSON: with an answer, or with the reason why there is none. */
export function findingJson([question, finding]: StepReport["findings"][number]) {
  return finding.kind === "known"
    ? { question, answer: finding.value }
    : { question, couldNotFindOut: finding.reason };
}
