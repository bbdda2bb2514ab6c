import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import packageJson from "../../package.json" with { type: "json" };
import { commands } from "./run.ts";

const { write: file, drawbridge } = temporaryFolder();
const names = commands.map(({ name }) => name);

describe("drawbridge", () => {
  it.each(["--help", "-h", "help"])("%s lists every command and the exit codes", async (args) => {
    const { code, out, err } = await drawbridge(args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(out).toContain("2  wrong usage, or a file or the app cannot be read");
  });

  it("--version prints the version of the package", async () => {
    expect(await drawbridge("--version")).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
  });

  it.each([
    ["chek", 'drawbridge: there is no command "chek"; did you mean check? (see drawbridge --help)\n'],
    ["--verbose", 'drawbridge: there is no option "--verbose" (see drawbridge --help)\n'],
    ["help chek", 'drawbridge: there is no command "chek"; did you mean check? (see drawbridge --help)\n'],
  ])("%s exits with 2 and one line", async (args, err) => {
    expect(await drawbridge(args)).toEqual({ code: 2, out: "", err });
  });
});

describe("the help of", () => {
  it.each(commands)("$name has usage, every option, an example and the exit codes", async (command) => {
    const { code, out } = await drawbridge(`${command.name} --help`);
    expect(code).toBe(0);
    expect(out).toContain(`Usage:\n  drawbridge ${command.name}`);
    for (const name of Object.keys(command.options)) expect(out).toContain(`\n  --${name}`);
    expect(out).toContain(`Examples:\n  drawbridge ${command.name}`);
    expect(out).toMatch(/Exit codes:\n {2}0 {2}.*\n(?: {2}1 {2}.*\n)? {2}2 {2}wrong usage/);
    for (const args of [`${command.name} x -h`, `help ${command.name}`])
      expect((await drawbridge(args)).out).toBe(out);
  });

  it.each(commands)("$name has a help that fits a screen", async ({ name, examples }) => {
    const { out } = await drawbridge(`${name} --help`);
    const isExample = (line: string) => examples.some((each) => line.includes(each));
    expect(out.split("\n").filter((line) => line.length > 110 && !isExample(line))).toEqual([]);
  });

  it.each(commands)("$name shows examples that its parser accepts", async ({ name, examples, options }) => {
    for (const example of examples) {
      const used = [...example.matchAll(/ --([\w-]+)/g)].map(([, option]) => option ?? "");
      expect(used.filter((option) => !(option in options))).toEqual([]);
      expect(example.split(" ")[0]).toBe(name);
    }
  });
});

describe("a wrong call", () => {
  it.each([
    ["check --mod observe", "check: --mod is unknown; did you mean --mode?"],
    ["check -x", "check: -x is unknown"],
    ["held --json", "held: --json is unknown; write --format json"],
    ["test --junit", "test: --junit is unknown; write --format junit"],
    ["check --toString", "check: --toString is unknown"],
    ["check --mode off", 'check: --mode is "off"; it must be one of observe, approve-only, enforce'],
    ["schema --of alert", "did you mean alerts?"],
    ["check --mode observe --mode enforce", "check: --mode must be given once"],
    ["schema --write", "schema: --write needs a value: --write <file>"],
    ["schema --write --of fields", "schema: --write needs a value: --write <file>"],
    ["schema --of=", "schema: --of needs a value: --of policy|addresses|alerts|fields|functions"],
    ["addresses --drifted=no", "addresses: --drifted takes no value"],
    ["addresses --drifted no", 'addresses: "no" is not an option; name a resource with --resource'],
    ["addresses apim-orders", 'addresses: "apim-orders" is not an option; name a resource with --resource'],
    ["acknowledge", "acknowledge: --resource, --addresses and --reason are required"],
    ["explain", "explain: name either --facts <file> or --connection <name>"],
    ["decisions --top 0", 'decisions: --top is "0"; it must be a number from 1'],
    ["alerts --kind ConnectionHold", "did you mean ConnectionHeld?"],
    ["reevaluate apim-orders", 'reevaluate: "apim-orders" is not an option; name the scope with --scope'],
    ["reevaluate", "reevaluate: --scope is required"],
    ["explain pe-held", "name a connection with --connection"],
    [
      "decide approve --connection a --reason b --until tomorrow",
      'decide: --until is "tomorrow"; it must be an instant such as 2027-03-31T00:00:00Z, or a date',
    ],
    ["verify --service x y", "verify: --service is for the running app"],
  ])("%s exits with 2 and one line that names the help", async (args, message) => {
    const { code, out, err } = await drawbridge(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).toMatch(/^drawbridge .* \(see drawbridge \w+ --help\)\n$/);
  });

  it.each([
    ["check nowhere", "check: nowhere: there is no such file or folder"],
    ["check . --parameters nowhere.json", 'check: --parameters names the file "nowhere.json"'],
    [
      "explain --facts nowhere.yaml --policy p.yaml",
      "explain: nowhere.yaml: there is no such file or folder",
    ],
    ["test", "test: there is no folder policies/<name>/cases here"],
    ["schema --write no/where", "schema: no/where: cannot be written (ENOENT)"],
  ])("%s exits with 2 and one line with the reason", async (args, message) => {
    file("p.yaml", "name: p\nrules: []\n");
    const { code, err } = await drawbridge(args);
    expect(code).toBe(2);
    expect(err).toContain(`drawbridge ${message}`);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});
