import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { billOfMaterials, type Product } from "./bill-of-materials.ts";
import { bundledPackages } from "./bundled-packages.ts";
import { thirdPartyLicences } from "./third-party.ts";

export interface Manifest extends Product {
  readonly [field: string]: unknown;
}

export interface PackageParts {
  /** The repository. */
  readonly root: string;
  /** What the bundles in `dist` were made of. */
  readonly metafiles: readonly Metafile[];
  /** The folder to make; what it holds is replaced. */
  readonly to: string;
}

/** Folders that a deployment reads its policies and declared addresses from. */
const folders = ["policies", "addresses"];
const files = ["host.json", "LICENSE"];
/** Of package.json, what a reader or the Functions host asks for. Dependencies are in the bundle. */
const fields = ["name", "version", "private", "description", "license", "type", "main", "bin", "engines"];

export const licencesFile = "THIRD-PARTY-LICENSES.txt";
export const billFile = "sbom.cdx.json";

export function readManifest(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
}

/**
 * Makes the folder that is deployed. It starts with nothing else of the repository, and holds no source maps: the same
 * commit gives the same bundle, and with it the maps, again.
 */
export function assemblePackage({ root, metafiles, to }: PackageParts): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(join(root, "dist"), join(to, "dist"), {
    recursive: true,
    filter: (source) => !source.endsWith(".map"),
  });
  for (const folder of folders)
    if (existsSync(join(root, folder))) cpSync(join(root, folder), join(to, folder), { recursive: true });
  for (const file of files) cpSync(join(root, file), join(to, file));
  const manifest = readManifest(root);
  const kept = Object.fromEntries(
    fields.filter((field) => field in manifest).map((field) => [field, manifest[field]]),
  );
  writeFileSync(join(to, "package.json"), `${JSON.stringify(kept, null, 2)}\n`);
  const bundled = bundledPackages(root, metafiles);
  writeFileSync(join(to, licencesFile), thirdPartyLicences(bundled.packages));
  writeFileSync(join(to, billFile), billOfMaterials(manifest, bundled));
}
