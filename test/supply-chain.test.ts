import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { acceptedLicences } from "../scripts/third-party.ts";

/** What `npm ci` installs and runs (T17). The bill of materials of what is bundled is tested with the package. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}
interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}
interface Lock {
  readonly packages: Readonly<Record<string, Locked & Manifest>>;
}

const read = <T>(file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as T;

/** The folders with dependencies: that of users, and those of tools that no user installs. */
const folders = ["", "bench/", "test/fuzz/", "test/mutation/"].filter((folder) =>
  existsSync(join(root, folder, "package.json")),
);
const manifest = read<Manifest>("package.json");
const installed = Object.entries(read<Lock>("package-lock.json").packages).filter(([place]) => place !== "");
const decision = readFileSync(join(root, "docs/decisions/0003-dependencies.md"), "utf8");

/** Also accepted where the code is not passed on: it may be used, and only changes to its own files are bound. */
const acceptedForTools = [
  ...acceptedLicences,
  "BlueOak-1.0.0",
  "MPL-2.0",
  "Python-2.0",
  "CC0-1.0",
  "CC-BY-4.0",
  // Of uri-templates: the public domain, or MIT.
  "http://geraintluff.github.io/tv4/LICENSE.txt",
];

describe.each(folders.map((folder) => [folder === "" ? "the repository" : folder, folder]))(
  "%s",
  (_, folder) => {
    const { dependencies = {}, devDependencies = {} } = read<Manifest>(`${folder}package.json`);
    const { packages } = read<Lock>(`${folder}package-lock.json`);
    const named = { ...dependencies, ...devDependencies };
    const locked = Object.entries(packages).filter(([place]) => place !== "");

    it("names exact versions, and the lockfile has the same", () => {
      for (const [name, version] of Object.entries(named)) {
        expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
        expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
      }
      expect(packages[""]?.dependencies).toEqual(folder === "" ? dependencies : named);
    });

    it("locks each package by its hash, and names no other place to take it from", () => {
      expect(locked.length).toBeGreaterThan(0);
      expect(locked.filter(([, { integrity }]) => integrity?.startsWith("sha512-") !== true)).toEqual([]);
      // A lockfile with addresses would be bound to one registry, or pass off another place for it.
      expect(locked.filter(([, { resolved, link }]) => resolved !== undefined || link === true)).toEqual([]);
    });

    it("has licences that may be used, and, of what is passed on, passed on", () => {
      const refused = locked.filter(([, { license = "", dev }]) => {
        const accepted = folder !== "" || dev === true ? acceptedForTools : acceptedLicences;
        return !accepted.includes(license);
      });
      expect(refused.map(([place, { license }]) => [place, license])).toEqual([]);
    });
  },
);

describe("what runs at install time", () => {
  const scripted = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([place]) => place.replace(/^.*node_modules\//, ""));

  it("is what package.json allows or refuses by name", () => {
    expect(Object.keys(manifest.allowScripts ?? {}).toSorted()).toEqual(scripted.toSorted());
  });

  it("is listed, with what it does, in decision 0003", () => {
    for (const name of scripted) expect(decision).toMatch(new RegExp(`^- \\*\\*\`${name}\`\\*\\*`, "m"));
  });
});

describe("the dependencies of the app", () => {
  const names = Object.keys(manifest.dependencies ?? {});

  it("are each defended in decision 0003, and so are those of development", () => {
    const all = [...names, ...Object.keys(manifest.devDependencies ?? {})];
    // OpenTelemetry's packages and Valibot's are one entry each, types belong to what they describe.
    const families = [/^@opentelemetry\//, /^@types\//];
    const missing = all.filter(
      (name) => !decision.includes(`\`${name}\``) && !families.some((family) => family.test(name)),
    );
    expect(missing).toEqual([]);
    expect(decision).toContain("OpenTelemetry");
  });

  it("are as many as decision 0003 says", () => {
    const transitive = installed.filter(([, { dev }]) => dev !== true).length;
    expect(decision).toContain(`${names.length} packages, which bring ${transitive - names.length} more`);
  });
});
