import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { declaredSchema } from "../lib/addresses/model/declared-schema.ts";
import { printFieldTable, printFunctionTable } from "../lib/policy/language/print-fields.ts";
import { policySchema } from "../lib/policy/schema.ts";
import { printAlertTable } from "./alert-table.ts";
import { defineCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { withFile } from "./policy-at.ts";

const printers = {
  policy: printSchema,
  addresses: printAddressSchema,
  alerts: printAlertTable,
  fields: printFieldTable,
  functions: printFunctionTable,
};
const subjects = ["policy", "addresses", "alerts", "fields", "functions"] as const;

export const schema = defineCommand({
  name: "schema",
  summary:
    "print the JSON Schema of policies or of declared addresses, or a table of alerts, fields or functions",
  usage: ["schema [--of <subject>] [--write <file>]"],
  description: `The JSON Schemas give completion and checks in editors. The first line of a policy names its schema:
  # yaml-language-server: $schema=../policy.schema.json
alerts, fields and functions are printed as Markdown.`,
  options: {
    of: { choices: subjects, description: "what to print (default policy)" },
    write: { value: "<file>", description: "write to this file instead of printing" },
  },
  noPaths: "name the file to write with --write",
  examples: ["schema --write policies/policy.schema.json", "schema --of fields"],
  exit: { success: "printed or written" },
  run: ({ options: { of = "policy", write } }, terminal) => {
    const text = printers[of]();
    if (write === undefined) terminal.out(text);
    else withFile(write, "written", () => writeFileSync(resolve(terminal.folder, write), text));
    return exitCodes.success;
  },
});

export function printSchema(): string {
  return `${JSON.stringify(policySchema(), null, 2)}\n`;
}

export function printAddressSchema(): string {
  return `${JSON.stringify(declaredSchema(), null, 2)}\n`;
}
