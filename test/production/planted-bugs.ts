import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "../../local/child-process.ts";
import { bundle } from "../../scripts/bundle.ts";
import { bugs, type Bug } from "./bugs.ts";

/**
 * Tests the production suite: plants each bug that only a deployment would show in a bundle of its own. A test of the
 * suite must fail on it. `node test/production/planted-bugs.ts [name]`; half a minute for each bug.
 */
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
