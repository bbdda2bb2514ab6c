import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isPolicyPath } from "../policy/check/policy-name.ts";
import { loadPolicy } from "./load-policy.ts";
import { readPolicyFiles, readPolicyTexts } from "./policy-files.ts";
import { readPolicyParameters } from "./policy-parameters.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "policy-files-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text = "name: a\nrules: []\n"): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const parts = ["policy.yaml", "B.YAML", "rejects/policy.json"];
const others = [
  ".hidden.yaml",
  ".git/x.yaml",
  "parameters/p.yaml",
  "rejects/cases/c.yaml",
  "policy.schema.json",
  "a.md",
];

it("a folder's policy files include those of its subfolders, with extensions in any case", () => {
  for (const path of [...parts, ...others]) write(`policy/${path}`);
  expect(readPolicyFiles(root, "policy").map(({ file }) => file)).toEqual(
    parts.map((path) => `policy/${path}`).toSorted(),
  );
});

it("a container has the same policy files", () => {
  expect([...parts, ...others].filter(isPolicyPath)).toEqual(parts);
});

it("a file of parameters is not a policy file", () => {
  write("policy/a.yaml");
  write("policy/prod.yaml", "x: 1");
  const { files, parameters } = readPolicyTexts(root, "policy", "prod.yaml");
  expect(files.map(({ file }) => file)).toEqual(["policy/a.yaml"]);
  expect(parameters).toEqual({ file: "policy/prod.yaml", text: "x: 1" });
});

it("an unreadable file of parameters is reported with its setting", () => {
  write("policy/a.yaml");
  const settings = { policy: "policy", policyParameters: {}, mode: "enforce" } as const;
  expect(loadPolicy(root, { ...settings, policyParametersFile: "parameters/prod.yaml" })).toMatchObject({
    kind: "invalid",
    problems: [
      expect.stringContaining("parameters/prod.yaml cannot be read (ENOENT); DRAWBRIDGE_POLICY_PARAMETERS"),
    ],
  });
  expect(loadPolicy(root, { ...settings, policy: "elsewhere" })).toMatchObject({
    problems: [expect.stringContaining("the policy elsewhere cannot be read (ENOENT); DRAWBRIDGE_POLICY")],
  });
});

it("a value that the policy does not declare is reported with the setting that has it", () => {
  write("policy/a.yaml", "name: a\nparameters: { zones: { type: Array, defaultValue: [] } }\nrules: []\n");
  const settings = { policy: "policy", policyParameters: { Subnets: ["a"] }, mode: "enforce" } as const;
  expect(loadPolicy(root, settings)).toMatchObject({
    kind: "invalid",
    problems: [
      'DRAWBRIDGE_POLICY_PARAMETERS:1:1: a value is given for parameter "Subnets", which no policy file declares; expected one of zones',
    ],
  });
});

it.each(["../prod.yaml", "/etc/prod.yaml", "C:\\prod.yaml", "https://example.com/prod.json"])(
  "a file of parameters is in the policy's own folder, which %s is not",
  (value) => {
    const problems: string[] = [];
    readPolicyParameters(value, problems);
    expect(problems).toEqual([expect.stringContaining("not in the policy's own folder")]);
  },
);

it("a folder of policies is reported with what DRAWBRIDGE_POLICY has to name", () => {
  write("policies/one/a.yaml", "name: a\nrules: []\ndefault: hold\n");
  write("policies/two/a.yaml", "name: b\nrules: []\ndefault: hold\n");
  const settings = { policyParameters: {}, mode: "enforce" } as const;
  expect(loadPolicy(root, { ...settings, policy: "policies" })).toMatchObject({
    kind: "invalid",
    problems: [
      "the files of 2 folders were read as one policy; if each is a policy of its own, DRAWBRIDGE_POLICY has to name one of them: policies/one, policies/two",
      expect.stringContaining("already sets default"),
    ],
  });
});
