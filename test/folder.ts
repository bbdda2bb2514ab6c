import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { runIn } from "./command-line.ts";

export interface Folder {
  readonly path: () => string;
  readonly write: (path: string, text: string) => void;
  /** The `drawbridge` command in this folder; arguments are separated by spaces. */
  readonly drawbridge: (
    args: string,
    environment?: Readonly<Record<string, string>>,
    width?: number,
  ) => ReturnType<typeof runIn>;
}

/** A temporary folder for each test of a file. */
export function temporaryFolder(): Folder {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "drawbridge-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return {
    path: () => folder,
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    drawbridge: (args, environment = {}, width) => runIn(folder, args.split(" "), environment, width),
  };
}
