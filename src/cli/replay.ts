import { availableParallelism } from "node:os";
import { valuesOf } from "../lib/config/policy-parameters.ts";
import { partsOf } from "../lib/replay/file-parts.ts";
import { emptyTally, merge, type Tally } from "../lib/replay/tally.ts";
import { choosePolicy, policyOptions, reportPolicy } from "./chosen-policy.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { loadEnforced } from "./plan/plan-policies.ts";
import { printReplay, replayFormats } from "./replay/print-replay.ts";
import { recordedAt } from "./replay/recorded.ts";
import { replayPool, type ReplayPool } from "./replay/replay-pool.ts";
import { cleaned } from "./rows.ts";

export const replay = defineCommand({
  name: "replay",
  summary: "show which recorded decisions another policy would have made otherwise",
  usage: [
    "replay [--policy <path or app>] [--parameters <file or JSON>] [--last <duration>] [--from <instant>] [--to <instant>]",
    "replay <export or address of blobs> [...] [--policy <path or app>]",
  ],
  description: `Evaluates the policy on the facts of each recorded decision, at its instant, and groups what would have been decided otherwise by
rule, with the facts that make the difference. Without paths, the decisions of the running app are replayed. A path is an
export (decisions --format jsonl or json), a blob of the archive, or the address of a blob or of the archive's container.
A record may lack a fact that the policy asks about: an older version did not read it, or the policy of that time did not
need it. Where the verdict depends on it, the decision counts as one that cannot be replayed.`,
  options: {
    ...policyOptions,
    last: {
      value: "<duration>",
      description: "of the running app: only what is younger than this, such as 24h or 7d",
    },
    from: { value: "<instant>", description: "of the running app: earliest instant, inclusive" },
    to: { value: "<instant>", description: "of the running app: latest instant, exclusive" },
    service: {
      value: "<name>",
      description: "of the running app: only of this service: apim-orders, or its ARM id",
    },
    progress: { description: "report progress on stderr, as on a terminal" },
    format: { choices: replayFormats, description: "output (default table)" },
  },
  examples: [
    "replay --policy policies/mine --last 7d",
    "replay --policy policies/mine --from 2026-10-01T00:00:00Z",
    "replay decisions.jsonl --policy policies/mine --format json",
    "replay https://stdrawbridge.blob.core.windows.net/archive --policy policies/mine",
  ],
  exit: {
    success: "every decision that can be replayed would be the same",
    findings: "decisions would be made otherwise",
    failure: "wrong usage, a policy that does not load, or a file or the app cannot be read",
  },
  run: async ({ paths, options }, terminal) => {
    const { from, to, service, last, progress } = options;
    if (paths.length > 0 && [last, from, to, service].some((each) => each !== undefined))
      throw new UsageError(
        "--last, --from, --to and --service are for the running app; a file is replayed as a whole",
      );
    const chosen = await choosePolicy(options, { asksApp: paths.length === 0 }, terminal);
    reportPolicy(chosen, terminal);
    const { source } = loadEnforced(chosen, terminal);
    const { tally, take, check } = collector();
    const task = { files: source.files, values: valuesOf(source.values) };
    const pool = replayPool(task, availableParallelism(), take);
    const reports = progress || terminal.isInteractive === true;
    await replayAll(pool, { paths, filter: { last, from, to, service }, reports, tally, check }, terminal);
    if (tally.decisions === 0) throw new CannotRun("there is no recorded decision to replay");
    terminal.out(printReplay(tally, options.format ?? "table", terminal.width));
    return tally.otherwise > 0 ? exitCodes.findings : exitCodes.success;
  },
});

/** Adds up what the threads find, and keeps a line that is no entry. */
function collector() {
  const tally = emptyTally();
  let malformed: string | undefined;
  return {
    tally,
    take: (found: { readonly tally: Tally; readonly malformed?: string }) => {
      merge(tally, found.tally);
      malformed ??= found.malformed;
    },
    /** @throws {CannotRun} for a line that is no entry */
    check: (name: string) => {
      if (malformed !== undefined)
        throw new CannotRun(`${name}: this is not an entry of a chain: ${cleaned(malformed).slice(0, 80)}`);
    },
  };
}

interface Asked {
  readonly paths: readonly string[];
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly reports: boolean;
  readonly tally: Tally;
  readonly check: (name: string) => void;
}

const reportEvery = 100_000;

async function replayAll(
  pool: ReplayPool,
  { paths, filter, reports, tally, check }: Asked,
  terminal: Terminal,
): Promise<void> {
  let last = "";
  let reported = 0;
  try {
    for await (const { name, bytes } of recordedAt(paths, filter, terminal)) {
      last = name;
      for await (const part of partsOf(bytes)) {
        await pool.take(part);
        check(name);
        if (!reports || tally.decisions < reported + reportEvery) continue;
        reported = tally.decisions;
        terminal.err(`${reported} decisions replayed ...\n`);
      }
    }
  } finally {
    await pool.end();
  }
  check(last);
}
