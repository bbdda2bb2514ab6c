import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chainVerifier, type BrokenLink, type ChainLink } from "../lib/connections/verify-chain.ts";
import { appAt, type App } from "./app.ts";
import { readArguments } from "./arguments.ts";
import { CannotRun, findings, fine, type Command, type Terminal } from "./command.ts";
import { cleaned } from "./rows.ts";
import { readable } from "./policy-at.ts";

export const verify: Command = {
  name: "verify",
  summary: "verify that no decision was changed, taken out or put in",
  usage: `drawbridge verify [--service <ARM id>]
drawbridge verify <export.jsonl> [<export.jsonl> …]

Every entry of a service's chain has a hash of all that is in it, and the hash of the entry before.

Without files: the running app's, at DRAWBRIDGE_URL with the key in DRAWBRIDGE_KEY; and that the chains go as far as the
connections' records say. With files: what drawbridge decisions --format jsonl wrote, and the blobs of the archive, one after
the other as they follow each other. Whether a file is all that there was cannot be told from it: an export may begin
later and end sooner on purpose. A beginning that is missing is named; of an end, only the running app knows.

Exits with 0 where every link holds, 1 where one does not, and names the first of each service; 2 where there is nothing
to verify.`,
  run: async (args, terminal) => {
    const { paths, options } = readArguments(args, ["service"]);
    const { service } = options;
    if (service !== undefined && paths.length > 0)
      throw new CannotRun("--service is asked of the app; a file is verified whole");
    const chains = chainVerifier();
    const filter = service === undefined ? {} : { service };
    const broken =
      paths.length === 0
        ? await brokenAtApp(appAt(terminal), filter, chains)
        : brokenIn(linksIn(paths, terminal), chains, terminal);
    const { entries: count, services } = chains.counts();
    if (count === 0 && paths.length > 0) throw new CannotRun("there is no entry in what was given");
    const first = [...Map.groupBy(broken, ({ id }) => id.split("-")[0]).values()].map(([each]) => each);
    for (const each of first) terminal.err(`${cleaned(each?.id ?? "")}: ${cleaned(each?.why ?? "")}\n`);
    terminal.out(
      `${count} entries in ${services} ${services === 1 ? "chain" : "chains"}: ${first.length === 0 ? "every link holds" : `${first.length} broken`}\n`,
    );
    return first.length === 0 ? fine : findings;
  },
};

/** The app has everything, or says where it is: a beginning or an end that is missing was taken out. */
async function brokenAtApp(
  app: App,
  filter: Readonly<Record<string, string>>,
  chains: ReturnType<typeof chainVerifier>,
): Promise<readonly BrokenLink[]> {
  // Read before the entries, so that what it names was written before they were read.
  const connections = await app.connections(filter);
  for await (const entry of app.decisions(filter)) chains.take(entry);
  const cut = connections.flatMap(({ connection, decisionId }) =>
    decisionId === undefined || chains.reaches(decisionId)
      ? []
      : [{ id: decisionId, why: `the record of ${connection} names it, and it is missing` }],
  );
  return [...chains.headless(), ...chains.broken, ...cut];
}

/** A file may hold what was asked for from a day on; what came before it is not told to be right. */
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
    const text = readable(file, () => readFileSync(resolve(folder, file), "utf8"));
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
  throw new CannotRun(`${file}:${number}: this line is no entry of a chain`);
}
