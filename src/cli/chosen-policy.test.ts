import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";

const { onApp, write } = answeringApp();

const text = `name: p
parameters: { zones: { type: Array } }
rules:
  - name: zones
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
`;
const running = {
  "/api/policy": {
    name: "p",
    hash: "x",
    files: [{ file: "policy.yaml", text }],
    parameters: null,
    values: { zones: ["z"] },
  },
};
const scope = "--scope 11111111-1111-4111-8111-111111111111";

describe("given parameters for the policy of the app", () => {
  it.each([`plan --policy app ${scope}`, "replay"])(
    "in a file that is not here are not looked for in a folder of the name app: %s",
    async (command) => {
      write("app/parameters/prod.yaml", "zones: []\n");
      expect(await onApp(`${command} --parameters parameters/prod.yaml`, running)).toEqual({
        code: 2,
        out: "",
        err: expect.stringContaining(
          `--parameters names the file "parameters/prod.yaml", which is not here, and the app's policy has no folder here to look in; name a file that exists here, or give the values as JSON\n`,
        ),
      });
    },
  );
});

describe("a policy that does not load with the given parameters", () => {
  it.each(['{"zone":["z"]}', '{"zones":"z"}', "{}"])("is not blamed for them: %s", async (parameters) => {
    const blamed = expect.stringMatching(/: "p" of the app does not load with the given parameters\n$/);
    for (const command of [`plan --policy app ${scope}`, "replay"])
      expect(await onApp(`${command} --parameters ${parameters}`, running)).toMatchObject({
        code: 2,
        err: blamed,
      });
  });

  it("is told from one that has mistakes of its own", async () => {
    write("p.yaml", text);
    write("wrong.yaml", text.replace("approve", "aprove"));
    const errOf = async (policy: string, parameters: string) =>
      (await onApp(`plan ${scope} --policy ${policy} --parameters ${parameters}`, running)).err;
    expect(await errOf("p.yaml", '{"zones":"z"}')).toMatch(
      /: p\.yaml does not load with the given parameters\n$/,
    );
    expect(await errOf("wrong.yaml", '{"zones":[]}')).toMatch(/: wrong\.yaml does not load\n$/);
  });
});

describe("--against-parameters", () => {
  const given = async (against: string, parameters: string) => {
    write("p.yaml", text);
    const own = '--policy p.yaml --parameters {"zones":[]}';
    const options = `${own} --against ${against} --against-parameters ${parameters}`;
    const { code, err } = await onApp(`plan ${scope} ${options}`, running);
    return [code, err];
  };

  it.each(["app", "p.yaml"])("is the option that has the mistakes in it, with %s", async (against) => {
    expect(await given(against, '{"zone":[]}')).toEqual([
      2,
      expect.stringContaining('\n--against-parameters:1:1: a value is given for parameter "zone", which'),
    ]);
    expect(await given(against, "{")).toEqual([
      2,
      expect.stringContaining("plan: --against-parameters must be a JSON object"),
    ]);
    expect(await given(against, "none.yaml")).toEqual([
      2,
      expect.stringContaining('plan: --against-parameters names the file "none.yaml", which is n'),
    ]);
  });
});

describe("the policy of an app that cannot load it", () => {
  const refused = {
    "/api/policy": {
      title: "the policy does not load",
      detail: "DRAWBRIDGE_POLICY_PARAMETERS:1:1: wrong",
    },
  };
  const said =
    "of the app, the policy does not load: DRAWBRIDGE_POLICY_PARAMETERS:1:1: wrong; it cannot be tried from here with other values: ";

  it("says that its folder is needed", async () => {
    for (const command of [`plan --policy app ${scope}`, "replay"])
      expect(await onApp(`${command} --parameters {"zones":[]}`, refused, 409)).toEqual({
        code: 2,
        out: "",
        err: `drawbridge ${command.split(" ")[0]}: ${said}name the policy's folder with --policy, and its values with --parameters\n`,
      });
    write("p.yaml", text);
    const own = `plan ${scope} --policy p.yaml --parameters {"zones":[]}`;
    expect((await onApp(`${own} --against app`, refused, 409)).err).toContain(
      `plan: ${said}name the policy's folder with --against, and its values with --against-parameters\n`,
    );
  });
});
