import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const documented = readFileSync("docs/reliability.md", "utf8");
const bullets = new Map(
  documented
    .slice(documented.indexOf("## The invariants"), documented.indexOf("### Untidy answers"))
    .split(/^(?=- \*\*I)/m)
    .flatMap((bullet) => {
      const name = /^- \*\*(I\d+ [^*]+?)\.?\*\*/.exec(bullet)?.[1];
      return name === undefined ? [] : [[name, bullet.split("\n\n")[0] ?? ""] as const];
    }),
);
const sources = readdirSync("test/simulation")
  .filter((file) => !file.startsWith("planted-") && !file.endsWith(".test.ts"))
  .map((file) => [file, readFileSync(`test/simulation/${file}`, "utf8")] as const);

it("are each checked in the files that the document names, and in no other", () => {
  const checkedIn = new Map<string, string[]>();
  for (const [file, source] of sources)
    for (const [, name = ""] of source.matchAll(/violated\(\s*"(I\d+ [^"]+)"/g))
      if (checkedIn.get(name)?.includes(file) !== true)
        checkedIn.set(name, [...(checkedIn.get(name) ?? []), file]);
  expect(checkedIn.size).toBeGreaterThan(20);
  for (const name of new Set([...checkedIn.keys(), ...bullets.keys()]))
    expect([name, (bullets.get(name) ?? "").match(/invariants-of-[a-z]+\.ts/g)?.toSorted() ?? []]).toEqual([
      name,
      checkedIn.get(name)?.toSorted() ?? [],
    ]);
});

it("each have a file or a test in the document", () => {
  expect(bullets.size).toBe(24);
  for (const [name, bullet] of bullets)
    expect([name, bullet]).toEqual([name, expect.stringMatching(/`[a-z./-]+\.ts`/)]);
});
