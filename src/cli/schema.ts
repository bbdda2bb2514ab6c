import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { declaredSchema } from "../lib/addresses/model/declared-schema.ts";
import { printFieldTable, printFunctionTable } from "../lib/policy/language/field-table.ts";
import { policySchema } from "../lib/policy/schema.ts";
import { printAlertTable } from "./alert-table.ts";
import { oneOf, readArguments } from "./arguments.ts";
import { fine, type Command } from "./command.ts";
import { readable } from "./policy-at.ts";

export const schema: Command = {
  name: "schema",
  summary: "print the JSON Schema of a policy or of declared addresses, or the table of fields",
  usage: `drawbridge schema [--of policy|addresses|fields|functions|alerts] [--write <file>]

The JSON Schema gives completion and checks in editors; name it in the first line of a policy:
  # yaml-language-server: $schema=../policy.schema.json

  --of addresses   the JSON Schema of declared addresses
  --of alerts      every kind of alert with its JSON Schema and an example, as Markdown
  --of fields      the fields that a policy may name, as a Markdown table
  --of functions   the functions that it may call
  --write <file>   write it there instead of printing it`,
  run: (args, terminal) => {
    const { options } = readArguments(args, ["of", "write"]);
    const of = oneOf("of", options.of, ["policy", "addresses", "fields", "functions", "alerts"]) ?? "policy";
    const text = {
      policy: printSchema,
      addresses: printAddressSchema,
      alerts: printAlertTable,
      fields: printFieldTable,
      functions: printFunctionTable,
    }[of]();
    const { write } = options;
    if (write === undefined) terminal.out(text);
    else readable(write, () => writeFileSync(resolve(terminal.folder, write), text));
    return fine;
  },
};

export function printSchema(): string {
  return `${JSON.stringify(policySchema(), null, 2)}\n`;
}

export function printAddressSchema(): string {
  return `${JSON.stringify(declaredSchema(), null, 2)}\n`;
}
