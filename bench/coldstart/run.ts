import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPinned } from "../pinned.ts";
import { spreadOf, type Spread } from "../spread.ts";
import { bundleApp, bundleText, unbundled, type Bundle } from "./bundles.ts";
import { writePolicy } from "./policies.ts";

export interface Options {
  /** How often each file is imported, in turn with the others. */
  readonly rounds: number;
  /** Numbers of rules of the policies whose first verdict is measured. */
  readonly rules: readonly number[];
  /** What the app loads when it is needed. */
  readonly parts: readonly string[];
  /** The folder of the app, if it was built before. */
  readonly app?: string;
  readonly progress: (step: string) => void;
}

/** The time of one step in several fresh processes: CPU time of the main thread, and elapsed time, in milliseconds. */
interface Took {
  readonly cpu: Spread;
  readonly elapsed: Spread;
}

export interface Imported extends Pick<Bundle, "name" | "bytes"> {
  readonly functions: number;
  readonly took: Took;
}

interface FirstVerdict {
  readonly rules: number;
  readonly modules: Took;
  readonly policy: Took;
  readonly decision: Took;
  /** All three. */
  readonly total: Took;
}

export interface Report {
  readonly rounds: number;
  /** A file that imports `@azure/functions` and nothing else. */
  readonly bare: Imported;
  readonly app: Imported;
  /** From the start of the import to the first event's answer. */
  readonly firstEvent: Took;
  /** Every package that the app imports, as it is installed. */
  readonly unbundled: Imported;
  readonly parts: readonly Imported[];
  readonly verdicts: readonly FirstVerdict[];
}

const bareText = 'import "@azure/functions";';

/** What the app loads after its start: the rest of itself, and packages. */
export const deferredParts = [
  "./src/handlers.ts",
  "./src/lib/config/load-policy.ts",
  "yaml",
  "valibot",
  "@azure/identity",
  "@azure/data-tables",
  "@azure/storage-queue",
  "@azure/storage-blob",
  "@azure/arm-apimanagement",
  "@azure/arm-network",
  "@azure/arm-resourcegraph",
  "@azure/eventgrid",
];

/** A part as the entry of a bundle of its own: a file of ours, or a package of which everything is kept. */
function partOf(name: string): readonly [name: string, text: string] {
  if (name.startsWith("./")) return [name, `import "${name}";`];
  return [name, `import * as all from "${name}"; globalThis.kept = all;`];
}

const settings = {
  DrawbridgeState: "UseDevelopmentStorage=true",
  DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "11111111-1111-4111-8111-111111111111",
};

const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const event = JSON.stringify({
  id: "1",
  eventType: "Microsoft.Resources.ResourceWriteSuccess",
  subject: `${service}/privateEndpointConnections/pe`,
  data: {
    resourceUri: `${service}/privateEndpointConnections/pe`,
    operationName: "Microsoft.ApiManagement/service/privateEndpointConnections/write",
  },
});

interface Step {
  readonly ms: number;
  readonly cpuMs: number;
}

interface ImportProcess {
  readonly functions: number;
  readonly imported: Step;
  readonly answered?: Step;
}

type VerdictProcess = Record<"modules" | "policy" | "decision", Step> & { readonly verdict: string };

/**
 * Measures what a fresh process costs until every function is registered, to the first answer, and to the first
 * verdict.
 */
export async function run({ rounds, rules, parts, app: built, progress }: Options): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-coldstart-"));
  try {
    progress("bundling");
    const bare = await bundleText("only @azure/functions", bareText, folder);
    const app = await bundleApp(folder, built);
    const all = unbundled(
      "every package, not bundled",
      ["@azure/functions", ...parts.filter((each) => !each.startsWith("./"))],
      folder,
    );
    const others: Bundle[] = [];
    for (const [name, text] of parts.map(partOf)) others.push(await bundleText(name, text, folder));
    const verdict = await bundleText("verdict", 'import "./bench/coldstart/first-verdict.ts";', folder);
    const policies = rules.map((count) => ({ rules: count, folder: writePolicy(folder, count) }));

    const imports = new Map<Bundle, ImportProcess[]>();
    const verdicts = policies.map((each) => ({ ...each, runs: [] as VerdictProcess[] }));
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      for (const each of [bare, app, all, ...others])
        imports.set(each, [...(imports.get(each) ?? []), importOnce(each, each === app)]);
      for (const each of verdicts) each.runs.push(decideOnce(verdict, folder, each.folder));
    }
    const imported = (each: Bundle) => importedOf(each, imports.get(each) ?? []);
    return {
      rounds,
      bare: imported(bare),
      app: imported(app),
      firstEvent: tookOf((imports.get(app) ?? []).map(({ answered, imported: at }) => answered ?? at)),
      unbundled: imported(all),
      parts: others.map(imported),
      verdicts: verdicts.map(({ rules: count, runs }) => ({
        rules: count,
        modules: tookOf(runs.map(({ modules }) => modules)),
        policy: tookOf(runs.map(({ policy }) => policy)),
        decision: tookOf(runs.map(({ decision }) => decision)),
        total: tookOf(runs.map(totalOf)),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const importProcess = fileURLToPath(new URL("import-process.ts", import.meta.url));

function importOnce({ file }: Bundle, withEvent: boolean): ImportProcess {
  return runPinned<ImportProcess>(importProcess, [file, ...(withEvent ? [event] : [])], {
    environment: settings,
  });
}

function decideOnce({ file }: Bundle, root: string, policy: string): VerdictProcess {
  const found = runPinned<VerdictProcess>(file, ["--root", root, "--policy", policy]);
  if (found.verdict !== "approve") throw new Error(`the verdict is ${found.verdict}, and not approve`);
  return found;
}

function importedOf({ name, bytes }: Bundle, runs: readonly ImportProcess[]): Imported {
  const [first] = runs;
  return { name, bytes, functions: first?.functions ?? 0, took: tookOf(runs.map((each) => each.imported)) };
}

function totalOf({ modules, policy, decision }: VerdictProcess): Step {
  const steps = [modules, policy, decision];
  const sum = (of: keyof Step) => steps.reduce((total, step) => total + step[of], 0);
  return { ms: sum("ms"), cpuMs: sum("cpuMs") };
}

function tookOf(steps: readonly Step[]): Took {
  return {
    cpu: spreadOf(steps.map(({ cpuMs }) => cpuMs)),
    elapsed: spreadOf(steps.map(({ ms }) => ms)),
  };
}
