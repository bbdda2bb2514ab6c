import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles the app into a folder. The entry holds only what registering the functions needs; the SDKs are chunks that
 * are loaded when a function first needs them, because importing them takes many times as long as all the rest.
 */
export async function bundle(
  outdir = `${root}dist`,
  {
    plugins = [],
    readable = false,
  }: { readonly plugins?: readonly Plugin[]; readonly readable?: boolean } = {},
): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
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
    // CommonJS dependencies call require, which an ES module does not have.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
}
