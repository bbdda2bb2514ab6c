import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Defines `require` for CommonJS dependencies, because an ES module has none. */
const banner = {
  js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
};

/** How the app's code is bundled. The SDKs are in chunks of their own. */
export const appOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "esm",
  splitting: true,
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  // The Functions worker provides this module.
  external: ["@azure/functions-core"],
  banner,
  logLevel: "warning",
  metafile: true,
} as const satisfies BuildOptions;

/**
 * Bundles the app into a folder. The entry is one file with what the registration of the functions needs: the settings
 * and `@azure/functions`. It loads the rest when a function is first invoked: the app in a second build, so that the
 * entry shares no chunks with it, which would be more files to load at every start; the policy language and each SDK in
 * chunks that load when they are first needed. Returns esbuild's list of what the bundle contains.
 */
export async function bundle(
  outdir = `${root}dist`,
  {
    plugins = [],
    readable = false,
  }: { readonly plugins?: readonly Plugin[]; readonly readable?: boolean } = {},
): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true });
  const options = { ...appOptions, outdir, minify: !readable, sourcesContent: readable };
  const builds = [
    { entryPoints: ["src/index.ts"], plugins: [...plugins, deferred] },
    { entryPoints: ["src/handlers.ts"], plugins: [...plugins] },
  ];
  const [entry, rest] = await Promise.all(builds.map((each) => build({ ...options, ...each })));
  return {
    inputs: { ...entry?.metafile.inputs, ...rest?.metafile.inputs },
    outputs: { ...entry?.metafile.outputs, ...rest?.metafile.outputs },
  };
}

/** Leaves the import of the rest of the app to the running process. */
const deferred: Plugin = {
  name: "deferred",
  setup: (builder) => {
    builder.onResolve({ filter: /\/handlers\.ts$/ }, () => ({ path: "./handlers.js", external: true }));
  },
};

/**
 * Bundles the `drawbridge` command, because Node does not strip types in node_modules, where an installed package is.
 * The SDKs are in chunks that only the commands load that ask Azure. It is a build of its own: chunks shared with the
 * app would be additional files that the app loads at its start. Beside it is what starts it, on any version of Node.
 */
export async function bundleCommand(outdir = `${root}dist`): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    // A thread of replay is a program of its own, which the command starts by its name.
    entryPoints: { drawbridge: "src/cli/main.ts", "replay-worker": "src/cli/replay/replay-worker.ts" },
    outdir: `${outdir}/cli`,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    splitting: true,
    banner,
    logLevel: "warning",
    metafile: true,
  });
  copyFileSync(`${root}src/cli/drawbridge.cjs`, `${outdir}/cli/drawbridge.cjs`);
  // A linked command stays executable after the next build.
  chmodSync(`${outdir}/cli/drawbridge.cjs`, 0o755);
  return metafile;
}

/** Bundles the dashboard's page for browsers: one script and one style. */
export async function bundleDashboard(outdir = `${root}dist`): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { page: "dashboard/main.tsx", style: "dashboard/page.css" },
    outdir: `${outdir}/dashboard`,
    bundle: true,
    platform: "browser",
    target: ["chrome120", "firefox121", "safari17.2"],
    format: "esm",
    minify: true,
    tsconfig: "dashboard/tsconfig.json",
    logLevel: "warning",
    metafile: true,
  });
  return metafile;
}
