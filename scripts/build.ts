import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Bundles the app into `dist`. The entry holds only what registering the functions needs; the SDKs are chunks that
 * are loaded when a function first needs them, because importing them takes many times as long as all the rest.
 */
const root = fileURLToPath(new URL("..", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/index.ts"],
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node22",
  format: "esm",
  splitting: true,
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  // The Functions runtime answers for this module itself.
  external: ["@azure/functions-core"],
  // CommonJS dependencies call require, which an ES module does not have.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
