import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { bugs } from "./bugs.ts";

it.each(bugs)("$name: what the bug replaces stands once in its file", ({ file, replace: [original] }) => {
  expect(readFileSync(join(root, file), "utf8").split(original)).toHaveLength(2);
});
