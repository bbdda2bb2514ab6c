import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Metafile } from "esbuild";

/** An npm package of which at least one byte is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier, as its package.json declares it. */
  readonly licence: string;
  readonly author: string;
  readonly description: string;
  /** Its licence and notice files, by name; empty where it ships none. */
  readonly texts: readonly { readonly file: string; readonly text: string }[];
  /** SHA-512 of the archive in the registry, in hexadecimal, from package-lock.json. */
  readonly sha512: string;
  /** The bundled packages that its code imports, as `name@version`. */
  readonly imports: readonly string[];
}

export const keyOf = ({ name, version }: Pick<BundledPackage, "name" | "version">) => `${name}@${version}`;

export interface Bundled {
  /** Sorted by name and version. */
  readonly packages: readonly BundledPackage[];
  /** The packages that our own code imports, as `name@version`. */
  readonly imports: readonly string[];
}

const ours = "";

/** The npm packages that are in bundles. What esbuild read and left out, because nothing uses it, is not among them. */
export function bundledPackages(root: string, metafiles: readonly Metafile[]): Bundled {
  const integrity = integrityOf(root);
  const used = new Set(metafiles.flatMap((metafile) => [...usedFiles(metafile)]));
  const packages = new Map<string, BundledPackage>();
  const keys = new Map([[ours, ours]]);
  for (const folder of new Set([...used].map(packageFolderOf))) {
    if (folder === ours) continue;
    const read = readPackage(root, folder, integrity);
    keys.set(folder, keyOf(read));
    packages.set(keyOf(read), read);
  }
  const keyOfFile = (file: string) => keys.get(packageFolderOf(file));
  const imports = importsAmong(metafiles, used, keyOfFile);
  return {
    packages: [...packages]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => ({ ...each, imports: [...(imports.get(key) ?? [])].toSorted() })),
    imports: [...(imports.get(ours) ?? [])].toSorted(),
  };
}

/** Which package imports which, by key. */
function importsAmong(
  metafiles: readonly Metafile[],
  used: ReadonlySet<string>,
  keyOfFile: (file: string) => string | undefined,
): ReadonlyMap<string, ReadonlySet<string>> {
  const imports = new Map<string, Set<string>>();
  const files = metafiles.flatMap(({ inputs }) => Object.entries(inputs)).filter(([file]) => used.has(file));
  for (const [file, input] of files) {
    const from = keyOfFile(file) ?? ours;
    const known = imports.get(from) ?? new Set();
    imports.set(from, known);
    for (const { path } of input.imports) {
      const to = keyOfFile(path);
      if (to !== undefined && to !== ours && to !== from) known.add(to);
    }
  }
  return imports;
}

function* usedFiles({ outputs }: Metafile): Iterable<string> {
  for (const { inputs } of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) yield file;
}

/** The folder of the package that a file belongs to; empty for our own files. */
function packageFolderOf(file: string): string {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? ours;
}

/** Integrity by place, such as `node_modules/yaml`. */
function integrityOf(root: string): (folder: string) => string {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
  };
  return (folder) => {
    const place = folder.slice(folder.indexOf("node_modules/"));
    const [algorithm, hash = ""] = (packages[place]?.integrity ?? "").split("-", 2);
    if (algorithm !== "sha512") throw new Error(`package-lock.json has no SHA-512 of ${place}`);
    return Buffer.from(hash, "base64").toString("hex");
  };
}

function readPackage(root: string, folder: string, integrity: (folder: string) => string): BundledPackage {
  const place = resolve(root, folder);
  const json = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: unknown;
    readonly author?: string | { readonly name: string };
    readonly description?: string;
  };
  const { name, version, license, author = "", description = "" } = json;
  if (typeof license !== "string") throw new Error(`${name}@${version} declares no licence`);
  const texts = readdirSync(place)
    .filter((file) => /^(licen[cs]e|copying|notice|copyrightnotice)([.-].*)?$/i.test(file))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(place, file), "utf8").replaceAll("\r\n", "\n").trim() }));
  return {
    name,
    version,
    licence: license,
    author: typeof author === "string" ? author : author.name,
    description,
    texts,
    sha512: integrity(folder),
    imports: [],
  };
}
