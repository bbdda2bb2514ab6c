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
