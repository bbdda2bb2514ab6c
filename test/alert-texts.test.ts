import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../local/child-process.ts";

/** Checks the texts of the source that people read at night: alerts, reasons and log messages. */
const sources = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\n")
  .filter((file) => /^(src|dashboard)\/.*(?<!\.(test|contract))\.tsx?$/.test(file));

const withoutComments = (file: string) =>
  readFileSync(join(root, file), "utf8").replaceAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*/g, "");

it("no text is in the first person: in a channel of a team, that would be the team", () => {
  const firstPerson = /.*(?<![.\w'])([Ww]e|[Uu]s|[Oo]ur|[Mm]y)\b.*/g;
  expect(sources.flatMap((file) => withoutComments(file).match(firstPerson) ?? [])).toEqual([]);
});
