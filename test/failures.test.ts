import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";

/** The tables of failures and of growth in docs/reliability.md: each row names a test. */
const page = readFileSync(join(root, "docs/reliability.md"), "utf8");

/** The rows of the table under a heading, without its header. */
function rowsUnder(heading: string): string[][] {
  const [, section = ""] = new RegExp(`^## ${heading}$([^]*?)^## `, "m").exec(page) ?? [];
  const lines = section.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const rows = rowsUnder("Failures");
const growth = rowsUnder("Growth");

interface Source {
  /** Titles of groups; empty for tests outside of any. */
  readonly groups: readonly string[];
  /** Every text that could be a title. */
  readonly texts: readonly string[];
}

/** A placeholder in a title, as the table writes it. */
const withDots = (title: string) => title.replaceAll(/\$\{[^}]*\}|\$[a-z]\w*|%[sdijo#]|%\d\$s/g, "…");

function sourceOf(file: string): Source {
  const text = readFileSync(join(root, file), "utf8");
  const groups = [...text.matchAll(/describe[^"`]*?\(\s*(?:"((?:\\.|[^"])+)"|`([^`]+)`)/g)];
  const texts = [...text.matchAll(/^[^"`]*?(?:"((?:\\.|[^"\n])+)"|`([^`\n]+)`),/gm)];
  const titles = (found: readonly RegExpExecArray[]) =>
    found.map(([, quoted, template]) => withDots(quoted ?? template ?? ""));
  return { groups: ["", ...titles(groups)], texts: titles(texts) };
}

const sources = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(test|contract)\.ts$/.test(file))
  .map(sourceOf);

/** Whether there is a test of this name. A `…` at its end stands for the rest of the title. */
function isTest(name: string): boolean {
  const whole = name.endsWith("…") ? name.slice(0, -1) : undefined;
  return sources.some(({ groups, texts }) =>
    groups.some((group) => {
      if (!name.startsWith(group)) return false;
      return texts.some((text) => {
        const full = group === "" ? text : `${group} ${text}`;
        return full === name || (whole !== undefined && full.startsWith(whole));
      });
    }),
  );
}

describe("the table of failures", () => {
  it("has every kind of call, each with several failures", () => {
    const calls = Map.groupBy(rows, ([call = ""]) => call);
    expect([...calls.keys()]).toEqual([
      "Event",
      "Message",
      "Read of ARM",
      "PUT",
      "Operation",
      "Table",
      "Sink",
      "Timer",
      "Addresses",
      "Process",
    ]);
    expect(rows.length).toBeGreaterThanOrEqual(50);
    const failures = rows.map(([call, how]) => `${call}: ${how}`);
    expect(new Set(failures).size).toBe(failures.length);
  });

  it.each(rows)("%s, %s: %s is a test", (_, __, name = "") => {
    expect(isTest(name)).toBe(true);
  });

  it("finds no test that is not there", () => {
    expect(isTest("an event that nobody sent")).toBe(false);
  });
});

describe("the table of growth", () => {
  it("has what is stored, sent and read", () => {
    expect(growth.length).toBeGreaterThanOrEqual(15);
  });

  it.each(growth)("%s, one for each %s: %s: %s", (_, __, ___, name = "") => {
    expect(isTest(name)).toBe(true);
  });
});
