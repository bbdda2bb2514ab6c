import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { zipSync, type Zippable } from "fflate";
import { billFile, readManifest } from "./assemble-package.ts";

/** The first day that the format can say, in local time as the format has it: a fixed one, whatever the clock says. */
const mtime = new Date(1980, 0, 1);
const unix = 3;
const fileMode = 0o100644;

/**
 * The folder as a zip archive. The same files give the same bytes on any machine: sorted, without times and with one
 * mode, and compressed by code that does not change with the version of Node.
 */
export function zipOf(folder: string): Uint8Array {
  const entries: Zippable = {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
  for (const file of files)
    entries[file] = [
      readFileSync(join(folder, file)),
      { mtime, os: unix, attrs: fileMode * 2 ** 16, level: 9 },
    ];
  return zipSync(entries);
}

/** Writes what a release consists of into `to`: archive, bill of materials and their checksums. Returns the paths. */
export function writeReleaseFiles(root: string, to: string): string[] {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const stem = join(to, `drawbridge-${readManifest(root).version}`);
  const [archive, bill, sums] = [`${stem}.zip`, `${stem}.cdx.json`, join(to, "SHA256SUMS")];
  writeFileSync(archive, zipOf(join(root, "package")));
  cpSync(join(root, "package", billFile), bill);
  writeFileSync(sums, [archive, bill].map(checksumLine).join(""));
  return [archive, bill, sums];
}

/** A line as `sha256sum --check` reads it. */
function checksumLine(file: string): string {
  return `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${basename(file)}\n`;
}
