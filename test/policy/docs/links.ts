import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../../local/child-process.ts";

/** The links of a page to files and headings of this repository that are not there. */
export function brokenLinks(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8").replaceAll(/^```[^]*?^```$/gm, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !isElsewhere(target) && !isThere(path, target));
}

/** Another site, or a branch of the repository on GitHub, which is the same link in every fork. */
function isElsewhere(target: string): boolean {
  return target.startsWith("https://") || target === "../../tree/release";
}

function isThere(path: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const full = file === "" ? path : join(dirname(path), file);
  if (!existsSync(join(root, full))) return false;
  return anchor === undefined || anchorsIn(readFileSync(join(root, full), "utf8")).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
