import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { files, importsOf, sources, text } from "./source-files.ts";

/** Checks the structure of the repository: the places of files and the direction of imports. */
const imports = sources.flatMap(importsOf);
const testsOfSimulator = files.filter((file) => /^simulator\/.*\.test\.ts$/.test(file));

/** Files directly in `src/lib`: small, and used by everything above them. */
const foundation = /^src\/lib\/[\w-]+\.ts$/;

/** What connections and addresses may import: neither knows the other. */
const besideEachOther = [
  foundation,
  /^src\/lib\/(policy|alerts|estate)\//,
  /^src\/lib\/(config\/config|azure\/resource-id)\.ts$/,
];

/** What each folder may import of the others, besides itself. */
const folders: readonly { readonly folder: string; readonly may: readonly RegExp[] }[] = [
  {
    folder: "src/lib/policy/",
    may: [/^yaml$/, /^src\/lib\/(azure-values|fold-name|guid|truncate-list)\.ts$/],
  },
  {
    folder: "src/lib/estate/",
    may: [foundation, /^src\/lib\/(policy|alerts)\//, /^src\/lib\/(config\/config|azure\/resource-id)\.ts$/],
  },
  { folder: "src/lib/connections/", may: besideEachOther },
  { folder: "src/lib/addresses/", may: besideEachOther },
  {
    folder: "src/lib/alerts/",
    may: [
      foundation,
      /^node:/,
      /^@azure\/eventgrid$/,
      /^src\/lib\/policy\//,
      /^src\/lib\/azure\/(identity|resource-id)\.ts$/,
      // Of the catalogue's examples: the breakers' texts, which the dashboard has too.
      /^src\/lib\/connections\/breakers\/breaker-texts\.ts$/,
    ],
  },
  { folder: "src/lib/archive/", may: [foundation] },
  {
    folder: "src/lib/plan/",
    may: [
      foundation,
      /^src\/lib\/(connections|estate|policy)\//,
      /^src\/lib\/(config\/config|azure\/resource-id)\.ts$/,
    ],
  },
  { folder: "src/lib/replay/", may: [foundation, /^src\/lib\/(connections|policy)\//] },
  {
    folder: "src/lib/doctor/",
    may: [
      foundation,
      /^src\/lib\/(addresses|connections|estate|policy)\//,
      /^src\/lib\/(config\/config|azure\/resource-id)\.ts$/,
      /^infra\/estate\/roles\//,
    ],
  },
  {
    folder: "src/lib/azure/",
    may: [
      foundation,
      /^node:(timers\/promises|crypto)$/,
      /^@azure\/(arm-|identity|core-rest-pipeline|storage-blob)/,
      /^src\/lib\/(connections|addresses|archive|doctor|estate|policy)\//,
      /^src\/lib\/config\/watch-policy\.ts$/,
    ],
  },
  {
    folder: "src/lib/state/",
    may: [
      foundation,
      /^node:/,
      /^@azure\/(data-tables|identity|storage-queue)$/,
      /^src\/lib\/(connections|addresses|alerts|archive|doctor)\//,
      /^src\/lib\/(config\/config|azure\/resource-id)\.ts$/,
    ],
  },
  {
    folder: "src/lib/config/",
    may: [
      foundation,
      /^node:/,
      /^src\/lib\/(policy|alerts)\//,
      /^src\/lib\/(addresses\/model\/(read-)?declared|azure\/resource-id)\.ts$/,
    ],
  },
  {
    folder: "src/cli/",
    may: [
      foundation,
      /^node:/,
      /^src\/lib\/(policy|alerts)\//,
      /^src\/lib\/(addresses\/model\/(address|(read-)?declared|declared-schema|region-tag|tier)|connections\/(verify-chain|revocation|breakers\/(breaker-of|breaker-texts)|record\/connection-record)|config\/policy-(files|parameters))\.ts$/,
      /^src\/functions\/http\/answers\.ts$/,
      // Of `events` and `plan`, which read Azure themselves; the SDKs are loaded when they run.
      /^src\/lib\/config\/(config|arm-endpoint|read-rate-limits|read-scope)\.ts$/,
      /^src\/lib\/(estate|plan|replay)\//,
      /^src\/lib\/azure\/(arm|arm-clients|arm-events|arm-graph|arm-pipeline|call-quota|record-blobs|resource-id)\.ts$/,
      // Of `probe`, which reads Azure's answers as the app does.
      /^src\/lib\/azure\/(action-of|addresses-from|allowed-requests|arm-json|connection-from|errors)\.ts$/,
      /^(@azure\/core-rest-pipeline|src\/lib\/(addresses\/azure-addresses|connections\/azure-connections)\.ts)$/,
      /^src\/lib\/addresses\/watch\/watch\.ts$/,
      /^src\/azure-or-simulator\.ts$/,
    ],
  },
  {
    folder: "dashboard/",
    may: [
      /^preact(\/hooks)?$/,
      /^src\/lib\/(json|how-to-grant|policy\/values\/unknown-reason|connections\/(breakers\/(breaker-of|breaker-texts)|record\/waiting-approval))\.ts$/,
      // Its types alone, as the rule below says.
      /^src\/functions\/http\/answers\.ts$/,
    ],
  },
  {
    folder: "src/functions/",
    may: [
      // Of the dashboard, which reads the built page.
      /^node:(fs|path|zlib)$/,
      /^@azure\/functions$/,
      /^(@valibot\/to-json-schema|valibot)$/,
      /^src\/services\.ts$/,
      /^src\/lib\//,
    ],
  },
  {
    folder: "bench/",
    may: [
      /^node:/,
      /^@azure\/data-tables$/,
      /^src\/(lib\/|cli\/run\.ts$|azure-or-simulator\.ts$|wire\.ts$)/,
      /^(simulator\/|local\/|test\/simulation\/|test\/hosts\/|esbuild$|scripts\/bundle\.ts$|host\/functions-core\.ts$)/,
      // Of the dashboard's: the page's functions and a browser.
      /^(playwright-core|@azure\/functions|src\/functions\/.*|test\/dashboard\/browser\.ts)$/,
    ],
  },
  { folder: "simulator/", may: [/^node:/, /^infra\/estate\/roles\//] },
  { folder: "host/", may: [/^node:/, /^croner$/, /^@azure\/(identity|storage-queue)$/] },
];

/** The folders of the policy language, each of which may import those before it. */
const layers = ["values", "source", "language", "check", "compile", "evaluate", "analysis"];

describe("the repository", () => {
  it("builds the policy language in layers", () => {
    const layerOf = (file: string) => layers.findIndex((name) => file.startsWith(`src/lib/policy/${name}/`));
    const wrong = imports.filter(({ from, to }) => {
      const [importing, imported] = [layerOf(from), layerOf(to)];
      const isInside = importing >= 0 && to.startsWith("src/lib/policy/") && !from.includes(".test.");
      return isInside && (imported < 0 || imported > importing);
    });
    expect(wrong).toEqual([]);
  });

  it.each(folders)("$folder imports only what it may", ({ folder, may }) => {
    const wrong = imports.filter(
      ({ from, to }) =>
        from.startsWith(folder) && !to.startsWith(folder) && !may.some((allowed) => allowed.test(to)),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps the simulator's tests apart from the app too", () => {
    // A package, or a client that sends requests to the simulator as others do.
    const may = /^(simulator\/|(node:|@)?[\w-]+(\/[\w-]+)*$|local\/requester\.ts$|test\/raw-arm-client\.ts$)/;
    const wrong = testsOfSimulator.flatMap(importsOf).filter(({ to }) => !may.test(to));
    expect(testsOfSimulator).not.toEqual([]);
    expect(wrong).toEqual([]);
  });

  it("keeps the files directly in src/lib below everything else", () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        foundation.test(from) &&
        !foundation.test(to) &&
        !/^(node:crypto|@opentelemetry\/.*)$/.test(to) &&
        !(typeOnly && to === "src/lib/alerts/alert.ts"),
    );
    expect(wrong).toEqual([]);
  });

  it("loads @azure/functions only in src/index.ts", () => {
    const values = imports.filter(({ to, typeOnly }) => to === "@azure/functions" && !typeOnly);
    expect(values.map(({ from }) => from)).toEqual(["src/index.ts"]);
  });

  it("loads the definitions of responses only for the OpenAPI document", () => {
    const values = imports.filter(({ to, typeOnly }) => to === "src/functions/http/answers.ts" && !typeOnly);
    expect(values.map(({ from }) => from)).toEqual(["src/functions/http/openapi-document.ts"]);
  });

  it("writes text nodes alone on the dashboard", () => {
    const wrong = sources.filter(
      (file) =>
        file.startsWith("dashboard/") &&
        /dangerouslySetInnerHTML|(inner|outer)HTML|insertAdjacentHTML|document\.write|localStorage|\.cookie\b/.test(
          text(file),
        ),
    );
    expect(wrong).toEqual([]);
    // The place that a link names, during the sign-in.
    const storing = sources.filter(
      (file) => file.startsWith("dashboard/") && text(file).includes("sessionStorage"),
    );
    expect(storing).toEqual(["dashboard/kept-place.ts"]);
  });

  it("imports ARM's SDKs only in src/lib/azure", () => {
    const importing = imports
      .filter(({ from, to }) => from.startsWith("src/") && to.startsWith("@azure/arm-"))
      .map(({ from }) => from);
    expect(importing).not.toEqual([]);
    expect(importing.filter((from) => !from.startsWith("src/lib/azure/"))).toEqual([]);
  });

  it("reads ARM's responses only with decoders, which have no defaults for missing properties", () => {
    const layer = ["read-arm", "arm-json"].map((name) => `src/lib/azure/${name}.ts`);
    const readers = sources.filter(
      (file) =>
        ![...layer, "src/lib/azure/errors.ts"].includes(file) &&
        imports.some(({ from, to }) => from === file && layer.includes(to)),
    );
    expect(readers).toEqual(
      expect.arrayContaining(["src/lib/azure/arm.ts", "src/lib/azure/network-from.ts"]),
    );
    const code = (file: string) => text(file).replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
    const loose = readers.filter((file) =>
      /\?\.(?!\d)|\?\?|typeof \w+ [!=]==|Array\.isArray/.test(code(file)),
    );
    expect(loose).toEqual([]);
    const models = imports.filter(({ from, to }) => readers.includes(from) && to.startsWith("@azure/arm-"));
    expect(models.map(({ from }) => from)).toEqual(["src/lib/azure/graph-query.ts"]);
  });

  it("reads the time only in src/lib/clock.ts, and uses no random numbers in src", () => {
    const wrong = sources.filter(
      (file) => file.startsWith("src/") && /Date\.now\(|Math\.random\(|new Date\(\)/.test(text(file)),
    );
    expect(wrong).toEqual(["src/lib/clock.ts"]);
  });

  it("names its files in kebab-case, and none with a generic name", () => {
    const wrong = files.filter(
      (file) => !/^[a-z0-9-]+(\.(test|contract|config))?\.tsx?$/.test(file.split("/").at(-1) ?? ""),
    );
    expect(wrong).toEqual([]);
    expect(files.filter((file) => /\/(utils?|helpers?|common|types)\.ts$/.test(file))).toEqual([]);
  });

  it("refers to nothing outside the repository", () => {
    const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
      .split("\n")
      .filter((file) => /\.(ts|cjs|json|md|ya?ml)$|run$/.test(file));
    const foreign = new RegExp(["\\.\\./sha(?:red)", "/wo(?:rk)/", "registry\\.npm(?:js)"].join("|"));
    expect(tracked.filter((file) => foreign.test(text(file)))).toEqual([]);
  });
});
