import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { readWorkflow } from "./workflow.ts";

/** Scripts of workflow steps, run as GitHub runs them: by `bash -e`, with commands of Azure replaced. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-scripts-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function scriptOf(file: string, step: string): string {
  const { jobs } = readWorkflow(readFileSync(join(root, ".github/workflows", file), "utf8"));
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const run = steps.find(({ name }) => name === step)?.run;
  if (run === undefined) throw new Error(`${file} has no step "${step}" with a script`);
  return run;
}

function command(name: string, body: string): void {
  const path = join(folder, "bin", name);
  writeFileSync(path, `#!/bin/bash\n${body}\n`);
  chmodSync(path, 0o755);
}

function bash(script: string, environment: NodeJS.ProcessEnv = {}, cwd = folder) {
  const path = [join(folder, "bin"), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, ...environment };
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], { cwd, env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

describe("the deployment's check of health", () => {
  const script = scriptOf("azure-dev.yml", "Wait for the app");

  /** What has other problems than a breaker comes with 503, which curl reports where it is asked to. */
  function answering(...bodies: readonly string[]) {
    command("azd", "echo https://app.example");
    command("sleep", `echo "$@" >> '${folder}/slept'`);
    for (const [index, body] of bodies.entries()) {
      writeFileSync(join(folder, `${index}`), body);
      if (!/"ok"|breaker|<html>/.test(body)) writeFileSync(join(folder, `${index}.503`), "");
    }
    // The last answer stays. An empty one is a connection that fails.
    command(
      "curl",
      `n=$(cat '${folder}/calls' 2> /dev/null || echo 0); echo $((n + 1)) > '${folder}/calls'
file='${folder}'/$((n < ${bodies.length - 1} ? n : ${bodies.length - 1})); [ -s "$file" ] || exit 7; cat "$file"
if [ -e "$file.503" ] && [[ " $* " == *" --fail-with-body "* ]]; then exit 22; fi`,
    );
    return bash(script);
  }
  const body = (status: string, ...problems: readonly string[]) => JSON.stringify({ status, problems });

  it("passes once the app answers ok, however often it did not answer before", () => {
    expect(answering("", "<html>starting</html>", body("misconfigured", "old"), body("ok"))).toMatchObject({
      code: 0,
      out: "",
    });
    expect(readFileSync(join(folder, "slept"), "utf8")).toBe("15\n15\n15\n");
  });

  it("passes while a breaker is open, so that a deployment can raise its limit", () => {
    expect(answering(body("degraded", "the approvals breaker is open"))).toMatchObject({ code: 0, out: "" });
  });

  it.each([
    [
      "its settings are not usable",
      body("misconfigured", "DRAWBRIDGE_MODE is wrong"),
      "DRAWBRIDGE_MODE is wrong",
    ],
    ["its policy does not load", body("degraded", "the policy does not load"), "the policy does not load"],
    ["it never answers", "", "no answer"],
  ])("fails where %s", (_, answer, said) => {
    const { code, out } = answering(answer);
    expect(code).toBe(1);
    expect(out).toContain(said);
  });
});

describe("the branch release", () => {
  const script = scriptOf("release.yml", "Put the template on the branch release");

  /** A repository with an origin whose tags are these, checked out at one of them, with the files of its release. */
  function release(tag: string, tags: readonly string[]) {
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: join(folder, "work"),
        stdio: ["ignore", "pipe", "ignore"],
        encoding: "utf8",
      });
    mkdirSync(join(folder, "work"), { recursive: true });
    mkdirSync(join(folder, "release"), { recursive: true });
    execFileSync("git", ["init", "--quiet", "--bare", join(folder, "origin")]);
    git("init", "--quiet");
    git("remote", "add", "origin", join(folder, "origin"));
    git("commit", "--quiet", "--allow-empty", "--message", "main");
    for (const each of tags) git("tag", each);
    for (const file of ["azuredeploy.json", "uiFormDefinition.json", "page.md"])
      writeFileSync(join(folder, "release", file), tag);
    const run = () => bash(script, { GITHUB_REF_NAME: tag, RUNNER_TEMP: folder }, join(folder, "work"));
    const onBranch = () => {
      const { stdout } = spawnSync("git", ["show", "release:azuredeploy.json"], {
        cwd: join(folder, "origin"),
        encoding: "utf8",
      });
      return stdout;
    };
    return { run, onBranch };
  }

  it("gets the highest final version, and a second run changes nothing", () => {
    const { run, onBranch } = release("v1.10.0", ["v1.9.0", "v1.10.0", "v2.0.0-rc.1"]);
    expect(run().code).toBe(0);
    expect(onBranch()).toBe("v1.10.0");
    expect(run().code).toBe(0);
  });

  it.each([
    ["a patch of an older line", "v1.9.1"],
    ["a release candidate", "v2.0.0-rc.1"],
  ])("does not get %s", (_, tag) => {
    const { run, onBranch } = release(tag, ["v1.9.1", "v1.10.0", "v2.0.0-rc.1"]);
    expect(run()).toMatchObject({ code: 0, out: "::notice::The branch release keeps v1.10.0.\n" });
    expect(onBranch()).toBe("");
  });
});
