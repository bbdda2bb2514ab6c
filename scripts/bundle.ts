import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** CommonJS dependencies call require, which an ES module does not have. */
const banner = {
  js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
};

/**
 * Bundles the app into a folder. The entry holds only what registering the functions needs; the SDKs are chunks that
 * are loaded when a function first needs them, because importing them takes many times as long as all the rest.
 * Returns esbuild's list of what went into the bundle.
 */
export async function bundle(
  outdir = `${root}dist`,
  {
    plugins = [],
    readable = false,
  }: { readonly plugins?: readonly Plugin[]; readonly readable?: boolean } = {},
): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    plugins: [...plugins],
    absWorkingDir: root,
    entryPoints: ["src/index.ts"],
    outdir,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    splitting: true,
    minify: !readable,
    sourcemap: "linked",
    sourcesContent: readable,
    // The Functions runtime answers for this module itself.
    external: ["@azure/functions-core"],
    banner,
    logLevel: "warning",
    metafile: true,
  });
  return metafile;
}

/**
 * Bundles the `drawbridge` command into one file: Node does not strip types under node_modules, where an installed package
 * lies. On its own, so that what it shares with the app is no chunk more that the app has to load at its start.
 */
export async function bundleCommand(outdir = `${root}dist`): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/main.ts"],
    outfile: `${outdir}/cli/drawbridge.js`,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    banner,
    logLevel: "warning",
    metafile: true,
  });
  return metafile;
}
