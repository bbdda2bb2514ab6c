import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chainVerifier, type BrokenLink, type ChainLink } from "../lib/connections/verify-chain.ts";
import { toSafeJson } from "../lib/json.ts";
import { appAt, gathered, type App } from "./app.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { counted } from "./counted.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { cleaned } from "./rows.ts";
import { withFile } from "./policy-at.ts";

export const verify = defineCommand({
  name: "verify",
  summary: "verify that no decision was changed, removed or inserted",
  usage: ["verify [--service <name>]", "verify <export.jsonl> [<export.jsonl> ...]"],
  description: `Each entry of a service's chain holds a hash of its content and the hash of the entry before it. Without files, the running app's
chains are verified, and that they reach the decisions which the connections' records name. With files, exports of
drawbridge decisions --format jsonl and blobs of the archive are verified, in the order of their entries. A file cannot prove
its own completeness: an export may start later and end sooner on purpose. A missing start is reported; a missing end
only the running app can detect.`,
  options: {
    service: { value: "<name>", description: "only this service's chain in the running app" },
    format: { choices: ["text", "json"], description: "output (default text)" },
  },
  examples: ["verify", "verify archive/2026-10.jsonl decisions.jsonl"],
  exit: {
    success: "every link holds",
    findings: "a link is broken; the first of each service is named",
  },
  run: async ({ paths, options: { service, format } }, terminal) => {
    if (service !== undefined && paths.length > 0)
      throw new UsageError("--service is for the running app; a file is verified as a whole");
    const chains = chainVerifier();
    const broken =
      paths.length === 0
        ? await brokenAtApp(appAt(terminal), { service }, chains)
        : brokenIn(linksIn(paths, terminal), chains, terminal);
    const { entries, services } = chains.counts();
    if (entries === 0 && paths.length > 0) throw new CannotRun("the files hold no entries");
    const first = [...Map.groupBy(broken, ({ id }) => id.split("-")[0]).values()].flatMap(
      ([each]) => each ?? [],
    );
    if (format === "json") terminal.out(`${toSafeJson({ entries, services, broken: first }, 2)}\n`);
    else printText({ entries, services }, first, terminal);
    return first.length === 0 ? exitCodes.success : exitCodes.findings;
  },
});

function printText(
  { entries, services }: { readonly entries: number; readonly services: number },
  broken: readonly BrokenLink[],
  { out, err }: Terminal,
): void {
  for (const { id, why } of broken) err(`${cleaned(id)}: ${cleaned(why)}\n`);
  const result = broken.length === 0 ? "every link holds" : `${broken.length} broken`;
  out(`${counted(entries, "entry", "entries")} in ${counted(services, "chain")}: ${result}\n`);
}

/**
 * Broken links of the app's chains. The app holds every entry or names its place in the archive, so a missing start or
 * end was removed.
 */
async function brokenAtApp(
  app: App,
  filter: { readonly service: string | undefined },
  chains: ReturnType<typeof chainVerifier>,
): Promise<readonly BrokenLink[]> {
  // Read the records first: the decisions that they name were written before.
  const connections = await gathered(app.connections(filter));
  for await (const entry of app.decisions({ ...filter, order: "chain" })) chains.take(entry);
  const cut = connections.flatMap(({ connection, decisionId }) =>
    decisionId === undefined || chains.reaches(decisionId)
      ? []
      : [{ id: decisionId, why: `the record of ${connection} names it, and it is missing` }],
  );
  return [...chains.headless(), ...chains.broken, ...cut];
}

/** Broken links of an export. It may start later than its chain; the entries before are reported as not verified. */
function brokenIn(
  links: Iterable<ChainLink>,
  chains: ReturnType<typeof chainVerifier>,
  { err }: Terminal,
): readonly BrokenLink[] {
  for (const link of links) chains.take(link);
  for (const { id, why } of chains.headless()) err(`${cleaned(id)}: ${cleaned(why)}, and not verified\n`);
  return chains.broken;
}

function* linksIn(files: readonly string[], { folder }: Terminal): Generator<ChainLink> {
  for (const file of files) {
    const text = withFile(file, "read", () => readFileSync(resolve(folder, file), "utf8"));
    for (const [index, line] of text.split("\n").entries())
      if (line.trim() !== "") yield linkFrom(line, file, index + 1);
  }
}

function linkFrom(line: string, file: string, number: number): ChainLink {
  try {
    const entry = JSON.parse(line) as Partial<ChainLink> | null;
    if (typeof entry?.id === "string" && typeof entry.sequence === "number") return entry as ChainLink;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CannotRun(
    `${file}:${number}: this line is not an entry of a chain, as decisions --format jsonl writes them`,
  );
}
