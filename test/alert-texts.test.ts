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

const catalogues = sources.filter((file) => /^src\/lib\/alerts\/catalogue-of-.*\.ts$/.test(file));

it("no example of an alert has a text of its own: each calls what the app raises the alert with", () => {
  const literals = catalogues.flatMap(
    (file) => withoutComments(file).match(/\b(reason|affected|todo):\s*\[?\s*["'`].*/g) ?? [],
  );
  // The reason of a rule, and that of an unknown fact.
  expect(literals).toEqual(['reason: "it comes from eastus",', 'reason: "forbidden",']);
  const imported = catalogues.flatMap((file) =>
    [...withoutComments(file).matchAll(/import \{([^}]*)\} from "(.*)";/g)]
      .filter(([, , from = ""]) => /reasons|texts/.test(from))
      .flatMap(([, names = ""]) => names.match(/\w+/g) ?? []),
  );
  expect(imported.length).toBeGreaterThan(30);
  const code = sources.filter((file) => !catalogues.includes(file)).map(withoutComments);
  const uses = (name: string) => code.join("\n").match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0;
  // Once where it is defined.
  expect(imported.filter((name) => uses(name) < 2)).toEqual([]);
});
