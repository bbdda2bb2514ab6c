import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { findBicep } from "../../scripts/find-bicep.ts";
import { startBicep, type Bicep } from "./bicep.ts";
import { checks } from "./checks.ts";
import { cases, compileDeployment, type Deployment } from "./deployment.ts";
import { planted, type Planted } from "./planted.ts";

/**
 * What the checks say of a copy of the templates with the mistakes of a batch. Compiling takes a second of a processor,
 * so that mistakes share a copy, unless one keeps its template from compiling.
 */
async function problemsOf(bicep: Bicep, folder: string, base: Deployment, batch: string): Promise<string> {
  const copy = join(folder, batch.replaceAll(" ", "-"));
  for (const part of ["infra", "test/infra/cases"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  const mistakes = planted.filter((each) => batchOf(each) === batch);
  for (const { name, file, instead } of mistakes) {
    const [right, wrong] = instead;
    const text = readFileSync(join(copy, file), "utf8");
    if (!text.includes(right)) throw new Error(`${name}: ${file} has no ${right}`);
    writeFileSync(
      join(copy, file),
      text.replace(right, () => wrong),
    );
  }
  const [template] = mistakes.map(({ template: own }) => own);
  const mistaken = await compileDeployment(
    bicep,
    copy,
    base,
    template === undefined ? undefined : [template],
  );
  return checks.flatMap(([, problems]) => problems(mistaken)).join("\n");
}

function batchOf({ name, template, alone }: Planted): string {
  return alone === true ? name : template;
}

/**
 * The templates, compiled and resolved by the real compiler. `npm run bicep` installs it; without it they are skipped.
 */
const program = findBicep();
if (program === undefined && process.env.DRAWBRIDGE_TEST_BICEP === "required")
  throw new Error("there is no Bicep compiler; npm run bicep installs it");
if (program === undefined) console.warn("skipped: there is no Bicep compiler; npm run bicep installs it");

describe.skipIf(program === undefined)("the templates", () => {
  let bicep: Bicep;
  let deployment: Deployment;
  let folder: string;
  beforeAll(async () => {
    bicep = startBicep(program ?? "");
    deployment = await compileDeployment(bicep, root.replace(/\/$/, ""));
    folder = mkdtempSync(join(tmpdir(), "drawbridge-infra-"));
  });
  afterAll(() => {
    bicep.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(checks)("%s", (_, problems) => {
    expect(problems(deployment)).toEqual([]);
  });

  it.each(Object.values(cases).flat())("resolve %s to the resources of the golden file", (name) => {
    const file = join(root, `test/infra/golden/${name}.json`);
    // What is deployed changes on purpose: UPDATE_INFRA=1 writes it, and the review of the change shows it.
    if (process.env.UPDATE_INFRA === "1") writeFileSync(file, `${deployment.snapshots[name]}\n`);
    expect(`${deployment.snapshots[name]}\n`).toBe(readFileSync(file, "utf8"));
  });

  it("are formatted as bicep format does", async () => {
    const files = readdirSync(join(root, "infra"), { recursive: true, encoding: "utf8" });
    const sources = files.filter((file) => file.endsWith(".bicep")).map((file) => join(root, "infra", file));
    expect(sources.length).toBeGreaterThan(15);
    const formatted = await Promise.all(sources.map((file) => bicep.format(file)));
    expect(sources.filter((file, index) => readFileSync(file, "utf8") !== formatted[index])).toEqual([]);
  });

  const found = new Map<string, Promise<string>>();
  it.each(planted)("fail their checks where $name", async (mistake) => {
    const batch = batchOf(mistake);
    const problems = found.get(batch) ?? problemsOf(bicep, folder, deployment, batch);
    found.set(batch, problems);
    expect(await problems).toContain(mistake.found);
  });
});
