import { spawn } from "node:child_process";
import { expect, it } from "vitest";

const child = `
  import { onParentGone } from ${JSON.stringify(new URL("./parent-gone.ts", import.meta.url).href)};
  setTimeout(() => {}, 60_000);
  onParentGone(() => { console.log("stopped"); process.exit(0); });
  console.log("started");
`;
const parent = `
  require("node:child_process").spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(child)}], { stdio: "inherit" });
  setTimeout(() => {}, 60_000);
`;

it("stops a process whose parent was killed", async () => {
  const started = spawn(process.execPath, ["-e", parent], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  started.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    if (out === "started\n") started.kill("SIGKILL");
  });
  await new Promise<void>((resolve) => started.stdout.once("end", () => resolve()));
  expect(out).toBe("started\nstopped\n");
}, 30_000);
