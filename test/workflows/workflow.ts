import type * as Parser from "@actions/workflow-parser";
import { build } from "esbuild";
import { parse } from "yaml";
import { root } from "../../local/child-process.ts";

type Env = Readonly<Record<string, unknown>>;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Env;
}

interface Job {
  readonly env?: Env;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly env?: Env;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const readWorkflow = (text: string): Workflow => parse(text) as Workflow;

/**
 * GitHub's parser as one file: it imports JSON without an import attribute, which Node refuses and esbuild does not.
 */
async function loadParser(): Promise<typeof Parser> {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "@actions/workflow-parser";', resolveDir: root },
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire("file:///");',
    },
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as typeof Parser;
}
const parser = loadParser();

/**
 * What GitHub's own parser finds wrong: unknown keys, wrong types, expressions that do not parse, jobs that are not
 * there.
 */
export async function syntaxProblems(name: string, text: string): Promise<string[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await parser;
  const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

export interface Repository {
  /** The scripts of package.json. */
  readonly scripts: ReadonlySet<string>;
  /** Whether there is such a file. */
  has(path: string): boolean;
}

/** What a workflow does that we do not allow, beyond its syntax. */
export function ruleProblems(text: string, repository: Repository): string[] {
  const { on, permissions, concurrency, env, jobs } = readWorkflow(text);
  const problems: string[] = [];
  if (JSON.stringify(on).includes("pull_request_target"))
    problems.push("pull_request_target runs a stranger's commit with our rights");
  if (JSON.stringify(permissions) !== "{}") problems.push("permissions are not {} for the whole workflow");
  if (concurrency === undefined) problems.push("there is no concurrency");
  for (const line of text.split("\n")) problems.push(...pinProblems(line));
  for (const [name, job] of Object.entries(jobs)) {
    const found = [...jobProblems(job, repository), ...ghProblems(job, env), ...pullRequestProblems(job, on)];
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  }
  return problems;
}

function pinProblems(line: string): string[] {
  const [, action] = /^\s*(?:- )?uses: *(.*)$/.exec(line) ?? [];
  if (action === undefined) return [];
  return /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)
    ? []
    : [`${action} is not pinned to a commit, with its version as a comment`];
}

function jobProblems(job: Job, repository: Repository): string[] {
  const { permissions, steps } = job;
  const problems: string[] = [];
  if (typeof permissions !== "object") problems.push("permissions are not listed");
  if (job["timeout-minutes"] === undefined) problems.push("there is no timeout");
  const mayPush = typeof permissions === "object" && permissions.contents === "write";
  for (const step of steps) {
    if (
      step.uses?.startsWith("actions/checkout@") &&
      !mayPush &&
      step.with?.["persist-credentials"] !== false
    )
      problems.push("checkout leaves its token in the work tree");
    if (step.run !== undefined) problems.push(...runProblems(step.run, repository));
  }
  return problems;
}

/**
 * A job with a right to write runs the program of the base branch. What the pull request brings lies in a folder beside
 * it, to be read.
 */
function pullRequestProblems({ permissions = {}, steps }: Job, on: unknown): string[] {
  const mayWrite = typeof permissions === "string" || Object.values(permissions).includes("write");
  if (!mayWrite || !JSON.stringify(on).includes("pull_request")) return [];
  return steps.some(
    (step) =>
      step.uses?.startsWith("actions/checkout@") &&
      step.with?.["path"] === undefined &&
      step.with?.["ref"] !== "${{ github.event.pull_request.base.sha }}",
  )
    ? ["runs what a pull request brings with a right to write"]
    : [];
}

/**
 * gh takes the repository from GH_REPO or from the checkout that it runs in, and stops without either. A script that
 * changes its folder may have left the checkout.
 */
function ghProblems({ env: ofJob, steps }: Job, ofWorkflow: Env | undefined): string[] {
  const checkout = steps.findIndex(({ uses }) => uses?.startsWith("actions/checkout@"));
  return steps.flatMap(({ run = "", env }, index) => {
    const command = /(?:^|[;&|(]|\b(?:then|do|else))\s*(gh (?!auth\b)\w+ \w+)/m.exec(run)?.[1];
    const isInCheckout = checkout >= 0 && checkout < index && !/(?:^|[;&|(])\s*cd\s/m.test(run);
    const isNamed = [env, ofJob, ofWorkflow].some((each) => each !== undefined && "GH_REPO" in each);
    return command === undefined || isNamed || isInCheckout ? [] : [`"${command}" knows no repository`];
  });
}

function runProblems(run: string, repository: Repository): string[] {
  const problems: string[] = [];
  if (run.includes("${{")) problems.push("an expression stands in run: it becomes part of the script");
  for (const [, script = ""] of run.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
    if (!repository.scripts.has(script)) problems.push(`package.json has no script ${script}`);
  for (const [, path = ""] of run.matchAll(/(?:node|bash) ((?:\w|\.\w)[\w./-]*\/[\w./-]+)/g))
    if (!repository.has(path)) problems.push(`there is no file ${path}`);
  return problems;
}
