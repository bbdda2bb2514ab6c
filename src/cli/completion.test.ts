import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";

const { write: file, drawbridge, path: folder } = temporaryFolder();

/** What bash completes after these words, of which the last is being typed. */
async function completed(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await drawbridge("completion bash");
  const script = `${out}
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_drawbridge
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync("bash", ["-c", script, "bash", "drawbridge", ...words], {
    cwd: folder(),
    encoding: "utf8",
  });
  return printed.trim().split("\n");
}

describe("completion", () => {
  it("completes commands, options, and values that are listed", async () => {
    expect(await completed("decis")).toEqual(["decisions"]);
    expect(await completed("help", "explai")).toEqual(["explain"]);
    expect(await completed("connections", "--ph")).toEqual(["--phase"]);
    expect(await completed("connections", "--phase", "He")).toEqual(["Held"]);
    expect(await completed("alerts", "--kind", "ConnectionHe")).toEqual(["ConnectionHeld"]);
    expect(await completed("addresses", "--drifted", "--ki")).toEqual(["--kind"]);
    expect(await completed("completion", "z")).toEqual(["zsh"]);
    expect(await completed("decide", "app")).toEqual(["approve"]);
    expect(await completed("plan", "--policy", "a")).toEqual(["app"]);
  });

  it("completes files where a path is expected", async () => {
    file("my-facts.yaml", "");
    file("with blanks.yaml", "");
    expect(await completed("explain", "--facts", "with")).toEqual(["with blanks.yaml"]);
    expect(await completed("alerts", "--from", "my-")).toEqual([""]);
    expect(await completed("explain", "--facts", "my-")).toEqual(["my-facts.yaml"]);
    expect(await completed("check", "my-")).toEqual(["my-facts.yaml"]);
  });

  it("of zsh begins as zsh expects, and of no shell is wrong usage", async () => {
    const { out } = await drawbridge("completion zsh");
    expect(out).toMatch(/^#compdef drawbridge\nautoload -U \+X bashcompinit/);
    expect(out).toMatch(/"_drawbridge" \]; then _bash_complete -F _drawbridge; fi\n$/);
    const { code, err } = await drawbridge("completion fish");
    expect(code).toBe(2);
    expect(err).toContain("name one shell: completion bash or completion zsh");
  });
});
