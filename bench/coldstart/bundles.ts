import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { appOptions, bundle } from "../../scripts/bundle.ts";

/** A bundled entry. */
export interface Bundle {
  readonly name: string;
  readonly file: string;
  /** Size of the entry and of what it imports statically. */
  readonly bytes: number;
}

/** Bundles an entry of this source text, with the options of the app. */
export async function bundleText(name: string, contents: string, folder: string): Promise<Bundle> {
  const outdir = join(folder, name.replaceAll(/[^\w-]+/g, "-"));
  const { metafile } = await build({
    ...appOptions,
    stdin: { contents, resolveDir: appOptions.absWorkingDir, loader: "ts" },
    outdir,
  });
  return bundleOf(name, metafile, outdir, "stdin.js");
}

/** The app as it is deployed: bundled in this folder, or by an earlier build. Its entry imports no other file. */
export async function bundleApp(folder: string, built?: string): Promise<Bundle> {
  const outdir = built ?? join(folder, "app", "dist");
  if (built === undefined) {
    await bundle(outdir);
    writeFileSync(join(folder, "app", "package.json"), '{ "type": "module" }');
  }
  const file = join(outdir, "index.js");
  return { name: "the app", file, bytes: statSync(file).size };
}

/** A file that imports packages as they are installed. */
export function unbundled(name: string, packages: readonly string[], folder: string): Bundle {
  const outdir = join(folder, "unbundled");
  mkdirSync(outdir, { recursive: true });
  const file = join(outdir, "index.js");
  const resolved = packages.map((each) => JSON.stringify(import.meta.resolve(each)));
  writeFileSync(file, resolved.map((each) => `import ${each};\n`).join(""));
  writeFileSync(join(outdir, "package.json"), '{ "type": "module" }');
  return { name, file, bytes: Number.NaN };
}

function bundleOf(name: string, { outputs }: Metafile, outdir: string, entry: string): Bundle {
  writeFileSync(join(outdir, "package.json"), '{ "type": "module" }');
  const first = Object.keys(outputs).find((each) => each.endsWith(`/${entry}`)) ?? "";
  const seen = new Set<string>();
  const waiting = [first];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const output = outputs[next];
    if (output === undefined || seen.has(next)) continue;
    seen.add(next);
    waiting.push(...output.imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path));
  }
  const bytes = [...seen].reduce((sum, each) => sum + (outputs[each]?.bytes ?? 0), 0);
  return { name, file: join(outdir, entry), bytes };
}
