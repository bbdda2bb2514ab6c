import { basename } from "node:path";
import { toSafeJson } from "../../lib/json.ts";
import { cleaned } from "../rows.ts";
import { findingJson, type StepReport } from "./run-step.ts";
import type { Step } from "./step.ts";

/** Where the questions are that no step answers. */
const unanswerable = "docs/deployment/unverified.md";

export function printStep({ name, does }: Step): string {
  return `\n${name}\n  It ${cleaned(does)}.\n`;
}

/** The answer to each question of a step, or why there is none. */
export function printFindings({ leftOut, calls, findings }: StepReport): string {
  if (leftOut !== undefined) return `  left out: ${leftOut}\n`;
  const lines = findings.flatMap(([question, finding]) => [
    `  ${question}`,
    finding.kind === "known" ? `    ${finding.value}` : `    could not find out: ${finding.reason}`,
  ]);
  return [`  ${calls.join(", ")}`, ...lines].map((line) => `${withIndent(line)}\n`).join("");
}

function withIndent(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ""}${cleaned(line)}`;
}

/** What was found out in all, where the fixtures are, and what is left for a person. */
export function printEnd(reports: readonly StepReport[], folder: string): string {
  const { answered, unanswered } = counted(reports);
  const fixtures = reports.flatMap(({ fixture }) => (fixture === undefined ? [] : [basename(fixture)]));
  return [
    "",
    `${answered} of ${answered + unanswered} questions are answered; ${unanswered} could not be found out`,
    fixtures.length === 0
      ? "no fixtures were written, because no step was done"
      : `fixtures: ${cleaned(folder)} (${fixtures.join(", ")}); they are anonymous, but read them before you send them to anybody`,
    `questions that probe cannot answer, and how a person would: ${unanswerable}`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}

export function printJson(service: string, reports: readonly StepReport[], folder: string) {
  const { answered, unanswered } = counted(reports);
  const written = reports.some(({ fixture }) => fixture !== undefined);
  return `${toSafeJson(
    {
      service,
      answered,
      unanswered,
      ...(written ? { fixtures: folder } : {}),
      steps: reports.map(({ findings, ...report }) => ({ ...report, findings: findings.map(findingJson) })),
    },
    2,
  )}\n`;
}

export function counted(reports: readonly StepReport[]) {
  const findings = reports.flatMap((report) => report.findings);
  const answered = findings.filter(([, finding]) => finding.kind === "known").length;
  return { answered, unanswered: findings.length - answered };
}
