import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CoverageReport } from "monocart-coverage-reports";
import { root } from "../../local/child-process.ts";
import { inOneLine } from "../code-entries.ts";
import type { Gap } from "./gap.ts";

interface Counted {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

interface SourceFile {
  readonly sourcePath: string;
  readonly source: string;
  readonly data: { readonly branches: readonly Counted[]; readonly functions: readonly Counted[] };
}

/** Reads V8's coverage in `folder`: the branches of `src` in the package, how many of them ran, and the gaps. */
export async function readDeployed(
  folder: string,
): Promise<{ readonly branches: number; readonly run: number; readonly gaps: readonly Gap[] }> {
  const coverage = new CoverageReport({
    logging: "error",
    outputDir: join(folder, "report"),
    reports: ["none"],
    sourceFilter: (path: string) => path.startsWith("src/"),
  });
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      readonly result: readonly { readonly url: string }[];
    };
    const scripts = result.flatMap((script) => packageScript(script) ?? []);
    if (scripts.length > 0) await coverage.add(scripts);
  }
  const results = await coverage.generate();
  // Libraries have a folder `src` too.
  const files = ((results?.files ?? []) as unknown as SourceFile[]).filter(({ sourcePath }) =>
    existsSync(join(root, sourcePath)),
  );
  const branches = files.flatMap(({ data }) => data.branches);
  return {
    branches: branches.length,
    run: branches.filter(({ count }) => count > 0).length,
    gaps: files.flatMap(gapsOf),
  };
}

/** A script of the package with its source and map, wherever it was copied to; undefined for any other script. */
function packageScript<T extends { readonly url: string }>(script: T) {
  const name = /\/dist\/([^/]+\.js)$/.exec(script.url)?.[1];
  const file = join(root, "dist", name ?? "");
  if (name === undefined || script.url.includes("/node_modules/") || !existsSync(file)) return undefined;
  const source = readFileSync(file, "utf8");
  const sourceMap = JSON.parse(readFileSync(`${file}.map`, "utf8")) as unknown;
  return { ...script, url: `file://${file}`, source, sourceMap };
}

/** The outermost ranges that did not run. */
function gapsOf({ sourcePath, source, data }: SourceFile): Gap[] {
  const unrun = [...data.branches, ...data.functions]
    .filter(({ count }) => count === 0)
    .toSorted((one, other) => one.start - other.start || other.end - one.end);
  let end = 0;
  const outermost = unrun.filter((each) => {
    if (each.end <= end) return false;
    ({ end } = each);
    return true;
  });
  return outermost.map((each) => ({
    file: sourcePath,
    from: positionOf(source, each.start),
    to: positionOf(source, each.end),
    text: inOneLine(source.slice(each.start, each.end)),
  }));
}

function positionOf(source: string, at: number) {
  const lines = source.slice(0, at).split("\n");
  return { line: lines.length, column: lines.at(-1)?.length ?? 0 };
}
