import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "../../local/child-process.ts";
import { bundle } from "../../scripts/bundle.ts";

/**
 * Tests the production suite: plants each bug that only a deployment would show in a bundle of its own. A test of the
 * suite must fail on it. `node test/production/planted-bugs.ts [name]`; half a minute for each bug.
 */
interface Bug {
  readonly name: string;
  readonly file: string;
  readonly replace: readonly [original: string, buggy: string];
}

const bugs: readonly Bug[] = [
  {
    name: "every IPv4 address counts as internal (W1)",
    file: "src/lib/alerts/sinks/reach.ts",
    replace: ['["::", 96],', '["::", 96], ["::ffff:0:0", 96],'],
  },
  {
    name: "requests to ARM have a token for storage",
    file: "src/azure-or-simulator.ts",
    replace: [
      "credential: appIdentity,",
      'credential: async () => { const own = await appIdentity(); return { getToken: () => own.getToken("https://storage.azure.com/.default") }; },',
    ],
  },
  {
    name: "requests for the state's tokens name no identity",
    file: "src/lib/state/state-identity.ts",
    replace: ["new Identity({ clientId })", "new Identity()"],
  },
  {
    name: "the state's identity is read from another setting",
    file: "src/lib/config/read-config.ts",
    replace: ['"DrawbridgeState__clientId"', '"DrawbridgeState__clientID"'],
  },
  {
    name: "blobs are opened with the emulator's key",
    file: "src/lib/azure/blob-credential.ts",
    replace: ['new URL(url).protocol === "https:" || connectionString === undefined', "false"],
  },
  {
    name: "a topic without a key gets an empty one",
    file: "src/lib/alerts/sinks/event-grid.ts",
    replace: ["key === undefined ? appIdentity() : undefined", "undefined"],
  },
  {
    name: "the queues are in the host's own storage",
    file: "src/index.ts",
    replace: ['const connection = "DrawbridgeState";', 'const connection = "AzureWebJobsStorage";'],
  },
  {
    name: "ARM is expected at another address",
    file: "src/lib/azure/arm-http.ts",
    replace: ["if (url.origin !== arm)", 'if (url.protocol === "https:")'],
  },
  {
    name: "requests go to the simulator although none is configured",
    file: "src/services.ts",
    replace: ["config.armEndpoint === undefined ? onAzure :", "false ? onAzure :"],
  },
  {
    name: "App Service's authentication setting is read by another name",
    file: "src/lib/config/read-config.ts",
    replace: ["environment.WEBSITE_AUTH_ENABLED", "environment.WEBSITE_AUTH_V2_ENABLED"],
  },
  {
    name: "roles are read only from the short claim",
    file: "src/functions/access.ts",
    replace: ['named("roles", roleClaim)', 'named("roles")'],
  },
  {
    name: "the SDK logs what it sends",
    file: "src/lib/azure/identity.ts",
    replace: [
      "return new DefaultAzureCredential();",
      "const own = new DefaultAzureCredential(); return { getToken: async (...asked) => { const token = await own.getToken(...asked); console.log(`Bearer ${token.token}`); return token; } };",
    ],
  },
  {
    name: "the default exports of telemetry's modules are ignored",
    file: "src/lib/open-telemetry.ts",
    replace: [
      'return "default" in module ? (module.default as T) : module;',
      "return { ...module, default: undefined };",
    ],
  },
];

function plant({ file, replace: [original, buggy] }: Bug): Plugin {
  return {
    name: "planted",
    setup: (build) => {
      build.onLoad(
        { filter: new RegExp(`${file.replaceAll("/", "[/\\\\]").replaceAll(".", "\\.")}$`) },
        ({ path }) => {
          const text = readFileSync(path, "utf8");
          if (!text.includes(original)) throw new Error(`${file} does not contain ${original}`);
          return { contents: text.replace(original, buggy), loader: "ts" };
        },
      );
    },
  };
}

interface Report {
  readonly numFailedTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** The titles of the tests that fail on an app with a bug. */
async function failingTests(bug: Bug): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-planted-"));
  const report = join(folder, "report.json");
  try {
    await bundle(join(folder, "dist"), { plugins: [plant(bug)] });
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "test/production", "--bail=1", "--reporter=json", `--outputFile=${report}`];
    const env = {
      ...process.env,
      DRAWBRIDGE_TEST_BUNDLE: join(folder, "dist"),
      DRAWBRIDGE_TEST_PRODUCTION: "required",
    };
    try {
      execFileSync(process.execPath, args, { cwd: root, stdio: "ignore", env });
      return [];
    } catch {
      const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
      const failed = testResults.flatMap(({ assertionResults }) =>
        assertionResults.filter(({ status }) => status === "failed"),
      );
      return failed.length === 0 ? ["the app does not start"] : failed.map(({ title }) => title);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [selected = ""] = process.argv.slice(2);
const chosen = bugs.filter(({ name }) => name.includes(selected));
if (chosen.length === 0) {
  console.error(
    `no bug has "${selected}" in its name; there are:\n${bugs.map(({ name }) => `  ${name}`).join("\n")}`,
  );
  process.exit(2);
}
let undetected = 0;
for (const bug of chosen) {
  const failed = await failingTests(bug);
  if (failed.length === 0) undetected++;
  console.log(
    `${failed.length === 0 ? "NOT DETECTED" : "detected"}  ${bug.name}: ${failed.slice(0, 3).join("; ")}`,
  );
}
process.exit(undetected === 0 ? 0 : 1);
