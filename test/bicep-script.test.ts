import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../local/child-process.ts";

it("npm run bicep refuses arguments, which it has no use for", () => {
  const script = join(root, "scripts/bicep.ts");
  expect(spawnSync(process.execPath, [script, "build", "main.bicep"], { encoding: "utf8" })).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("takes no arguments"),
  });
});
