import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chainVerifier, type ChainLink } from "../lib/connections/verify-chain.ts";
import { appAt } from "./app.ts";
import { readArguments } from "./arguments.ts";
import { CannotRun, findings, fine, type Command, type Terminal } from "./command.ts";
import { cleaned } from "./rows.ts";
import { readable } from "./policy-at.ts";

export const verify: Command = {
  name: "verify",
  summary: "verify that no decision was changed, taken out or put in",
  usage: `drawbridge verify [--service <ARM id>]
drawbridge verify <export.jsonl> [<export.jsonl> …]

Every entry of a service's chain has a hash of all that is in it, and the hash of the entry before. Verifies the running
app's, at DRAWBRIDGE_URL with the key in DRAWBRIDGE_KEY, or those of files: what drawbridge decisions --format jsonl wrote,
and the blobs of the archive, one after the other as they follow each other.

Exits with 0 where every link holds, 1 where one does not, and names the first of each service.`,
  run: async (args, terminal) => {
    const { paths, options } = readArguments(args, ["service"]);
    const { service } = options;
    if (service !== undefined && paths.length > 0)
      throw new CannotRun("--service is asked of the app; a file is verified whole");
    const chains = chainVerifier();
    const entries =
      paths.length === 0
        ? appAt(terminal).decisions(service === undefined ? {} : { service })
        : linksIn(paths, terminal);
    for await (const entry of entries) chains.take(entry);
    const { entries: count, services } = chains.counts();
    // A file may hold what was asked for from a day on; the app has everything, or says where it is.
    const broken = paths.length === 0 ? [...chains.headless(), ...chains.broken] : chains.broken;
    if (paths.length > 0)
      for (const { id, why } of chains.headless())
        terminal.err(`${cleaned(id)}: ${cleaned(why)}, and not verified\n`);
    const first = new Map(broken.map((each) => [each.id.split("-")[0], each] as const).toReversed());
    for (const { id, why } of first.values()) terminal.err(`${cleaned(id)}: ${cleaned(why)}\n`);
    terminal.out(
      `${count} entries of ${services} services: ${first.size === 0 ? "every link holds" : `${first.size} chains are broken`}\n`,
    );
    return first.size === 0 ? fine : findings;
  },
};

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
