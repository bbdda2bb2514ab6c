import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../local/child-process.ts";

it("comments are wrapped at 120 characters, which the formatter does not do", () => {
  const files = execFileSync("git", ["ls-files", "*.ts", "*.tsx"], { cwd: root, encoding: "utf8" }).trim();
  const wide = files.split("\n").flatMap((file) => {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    return lines
      .filter((line) => line.length > 120 && /^ *(\/\*\*|\*|\/\/) /.test(line) && !line.includes("://"))
      .map((line) => `${file}: ${line}`);
  });
  expect(wide).toEqual([]);
});
