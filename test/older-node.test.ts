import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";

let folder: string;
let installed: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-older-node-"));
  writeFileSync(
    join(folder, "older.cjs"),
    `Object.defineProperty(process.versions, "node", { value: "20.20.2" });
     Object.defineProperty(process, "version", { value: "v20.20.2" });`,
  );
  installed = join(folder, "installed");
  mkdirSync(installed);
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", installed], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as [{ readonly filename: string }];
  execFileSync("tar", ["-xzf", join(installed, filename), "-C", installed, "--strip-components=1"]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** How a Node is started that is older than what Drawbridge needs. */
type OlderNode = () => readonly [string, ...string[]];

const pretended: OlderNode = () => [process.execPath, "--require", join(folder, "older.cjs")];
const realOnes = (process.env.PATH ?? "")
  .split(delimiter)
  .map((each) => join(each, "node"))
  .filter((file) => existsSync(file) && /^v(1\d|20)\./.test(execFileSync(file, ["--version"]).toString()));

const olderNodes: readonly (readonly [string, OlderNode])[] = [
  ["a Node that says that it is older", pretended],
  ...realOnes.slice(0, 1).map((file) => [file, () => [file]] as const satisfies [string, OlderNode]),
];

describe.each(olderNodes)("the command on %s", (_, older) => {
  const start = (file: string, args: readonly string[], input = "") => {
    const [node, ...options] = older();
    return spawnSync(node, [...options, file, ...args], { cwd: folder, encoding: "utf8", input });
  };

  it("runs on the Node among the dependencies, where it is linked from a clone", () => {
    // What npm link makes; the clone is this one.
    const linked = join(mkdtempSync(join(folder, "bin-")), "drawbridge");
    symlinkSync(join(root, "dist/cli/drawbridge.cjs"), linked);
    const policy = join(root, "policies/default");
    expect(start(linked, ["check", policy])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("valid"),
    });
    expect(start(linked, ["test", policy])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("0 failed"),
    });
    expect(start(linked, ["check", "none"])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^drawbridge check: .*\n$/),
    });
  });

  it("says which Node it needs, where it is installed without the dependency", () => {
    expect(start(join(installed, "dist/cli/drawbridge.cjs"), ["--version"])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^drawbridge: Node 22\.12 or later is needed, and this is v\d+\.\d+\.\d+: install a newer one\n$/,
      ),
    });
  });
});

describe("what the command passes on to the Node among the dependencies", () => {
  let launcher: string;
  beforeAll(() => {
    const clone = join(folder, "clone");
    mkdirSync(join(clone, "dist/cli"), { recursive: true });
    mkdirSync(join(clone, "node_modules"));
    copyFileSync(join(root, "package.json"), join(clone, "package.json"));
    symlinkSync(join(root, "node_modules/node"), join(clone, "node_modules/node"));
    launcher = join(clone, "dist/cli/drawbridge.cjs");
    copyFileSync(join(root, "src/cli/drawbridge.cjs"), launcher);
    writeFileSync(
      join(clone, "dist/cli/drawbridge.js"),
      `const { argv, stdin, version } = process;
       if (argv[2] === "wait") {
         process.on("SIGTERM", () => process.exit(7));
         let count = 0;
         if (argv[3] === "and count")
           process.on("SIGINT", () => {
             if (count++ === 0) setTimeout(() => process.exit(count), 500);
           });
         console.log("waiting");
         // A signal that never comes fails the test, which would otherwise leave this process behind.
         setTimeout(() => process.exit(9), 60_000);
       } else {
         let input = "";
         for await (const part of stdin) input += part;
         console.log(JSON.stringify({ version, input, args: argv.slice(2) }));
         process.exitCode = 3;
       }`,
    );
  });

  it("are the arguments, the input and the exit code", () => {
    const [node, ...options] = pretended();
    const { status, stdout } = spawnSync(node, [...options, launcher, "a b", "--c", ""], {
      encoding: "utf8",
      input: "typed",
    });
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^v24\./),
      input: "typed",
      args: ["a b", "--c", ""],
    });
  });

  it.each([
    ["SIGTERM", [7, null]],
    ["SIGINT", [null, "SIGINT"]],
  ] as const)("are signals such as %s, and how they end it", async (signal, end) => {
    const [node, ...options] = pretended();
    const child = spawn(node, [...options, launcher, "wait"], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill(signal);
    expect(await ended).toEqual(end);
  });

  it("are not the SIGINT of a terminal, which the other Node gets itself", async () => {
    const [node, ...options] = pretended();
    const terminal = join(folder, "terminal.cjs");
    writeFileSync(terminal, `require("node:tty").isatty = () => true;`);
    const child = spawn(node, [...options, "--require", terminal, launcher, "wait", "and count"], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const { pid } = child;
    if (pid === undefined) throw new Error("it was not started");
    const ended = new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    // As a terminal does: to all processes in the foreground.
    process.kill(-pid, "SIGINT");
    expect(await ended).toEqual([1, null]);
  });
});
