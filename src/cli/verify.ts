import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chainVerifier, type ChainLink } from "../lib/connections/verify-chain.ts";
import { appAt } from "./app.ts";
import { readArguments } from "./arguments.ts";
import { CannotRun, findings, fine, type Command, type Terminal } from "./command.ts";
import { readable } from "./policy-at.ts";

export const verify: Command = {
  name: "verify",
  summary: "verify that no decision was changed, taken out or put in",
  usage: `drawbridge verify [--service <ARM id>]
drawbridge verify --file <export.jsonl>

Every entry of a service's chain has a hash of all that is in it, and the hash of the entry before. Verifies the running
app's, at DRAWBRIDGE_URL with the key in DRAWBRIDGE_KEY, or those of a file that drawbridge decisions --format jsonl wrote.

Exits with 0 where every link holds, 1 where one does not, and names the first of each service.`,
  run: async (args, terminal) => {
    const { paths, options } = readArguments(args, ["service", "file"]);
    if (paths.length > 0) throw new CannotRun(`"${paths[0]}" is no option; name a file with --file`);
    const chains = chainVerifier();
    const { service, file } = options;
    const entries =
      file === undefined
        ? appAt(terminal).decisions(service === undefined ? {} : { service })
        : linksIn(file, terminal);
    for await (const entry of entries) chains.take(entry);
    const { entries: count, services } = chains.counts();
    const first = new Map(chains.broken.map((each) => [each.id.split("-")[0], each] as const).toReversed());
    for (const { id, why } of first.values()) terminal.err(`${id}: ${why}\n`);
    terminal.out(
      `${count} entries of ${services} services: ${first.size === 0 ? "every link holds" : `${first.size} chains are broken`}\n`,
    );
    return first.size === 0 ? fine : findings;
  },
};

function* linksIn(file: string, { folder }: Terminal): Generator<ChainLink> {
  const text = readable(file, () => readFileSync(resolve(folder, file), "utf8"));
  for (const [index, line] of text.split("\n").entries())
    if (line.trim() !== "") yield linkFrom(line, file, index + 1);
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
