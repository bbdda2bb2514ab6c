import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "../../local/child-process.ts";
import { bundle } from "../../scripts/bundle.ts";

/**
 * The production suite is checked: each mistake that only a deployment would show is planted in a bundle of its own, and a test of
 * the suite has to turn red. `node test/production/planted-bugs.ts [name]`; half a minute each.
 */
interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly instead: readonly [of: string, is: string];
}

const mistakes: readonly Mistake[] = [
  {
    name: "every IPv4 address is inside (W1)",
    file: "src/lib/alerts/sinks/reach.ts",
    instead: ['["::", 96],', '["::", 96], ["::ffff:0:0", 96],'],
  },
  {
    name: "ARM is asked with a token for storage",
    file: "src/surroundings.ts",
    instead: [
      "credential: appIdentity,",
      'credential: async () => { const own = await appIdentity(); return { getToken: () => own.getToken("https://storage.azure.com/.default") }; },',
    ],
  },
  {
    name: "the state's identity is not named",
    file: "src/lib/state/state-identity.ts",
    instead: ["new Identity({ clientId })", "new Identity()"],
  },
  {
    name: "the state's identity is read from another setting",
    file: "src/lib/config/read-config.ts",
    instead: ['"DrawbridgeState__clientId"', '"DrawbridgeState__clientID"'],
  },
  {
    name: "blobs are opened with the emulator's key",
    file: "src/services.ts",
    instead: ['new URL(url).protocol === "https:" || state.kind !== "connection-string"', "false"],
  },
  {
    name: "a topic without a key is told with an empty one",
    file: "src/lib/alerts/sinks/event-grid.ts",
    instead: ["key === undefined ? appIdentity() : undefined", "undefined"],
  },
  {
    name: "the queues are the host's own storage",
    file: "src/index.ts",
    instead: ['const connection = "DrawbridgeState";', 'const connection = "AzureWebJobsStorage";'],
  },
  {
    name: "ARM is expected at another address",
    file: "src/lib/azure/arm-http.ts",
    instead: ["if (url.origin !== arm)", 'if (url.protocol === "https:")'],
  },
  {
    name: "requests go to the simulator although none is named",
    file: "src/services.ts",
    instead: ["config.armEndpoint === undefined ? onAzure :", "false ? onAzure :"],
  },
  {
    name: "App Service's mark is read by another name",
    file: "src/lib/config/read-config.ts",
    instead: ["environment.WEBSITE_AUTH_ENABLED", "environment.WEBSITE_AUTH_V2_ENABLED"],
  },
  {
    name: "roles are taken from the short claim alone",
    file: "src/functions/access.ts",
    instead: ['named("roles", roleClaim)', 'named("roles")'],
  },
  {
    name: "the SDK logs what it sends",
    file: "src/lib/azure/identity.ts",
    instead: [
      "return new DefaultAzureCredential();",
      "const own = new DefaultAzureCredential(); return { getToken: async (...asked) => { const token = await own.getToken(...asked); console.log(`Bearer ${token.token}`); return token; } };",
    ],
  },
  {
    name: "telemetry's modules are taken as they come",
    file: "src/lib/open-telemetry.ts",
    instead: [
      'return "default" in module ? (module.default as T) : module;',
      "return { ...module, default: undefined };",
    ],
  },
];

function planting({ file, instead: [of, is] }: Mistake): Plugin {
  return {
    name: "planted",
    setup: (build) => {
      build.onLoad(
        { filter: new RegExp(`${file.replaceAll("/", "[/\\\\]").replaceAll(".", "\\.")}$`) },
        ({ path }) => {
          const text = readFileSync(path, "utf8");
          if (!text.includes(of)) throw new Error(`${file} has no ${of}`);
          return { contents: text.replace(of, is), loader: "ts" };
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

/** The tests that fail on an app with a mistake; all of them where it does not even start. */
async function failing(mistake: Mistake): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-planted-"));
  const report = join(folder, "report.json");
  try {
    await bundle(join(folder, "dist"), { plugins: [planting(mistake)] });
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

const [wanted] = process.argv.slice(2);
let unnoticed = 0;
for (const mistake of mistakes.filter(({ name }) => wanted === undefined || name.includes(wanted))) {
  const failed = await failing(mistake);
  if (failed.length === 0) unnoticed++;
  console.log(
    `${failed.length === 0 ? "NOT NOTICED" : "noticed"}  ${mistake.name}: ${failed.slice(0, 3).join("; ")}`,
  );
}
process.exit(unnoticed === 0 ? 0 : 1);
