import { existsSync, readFileSync } from "node:fs";
import { parseJson } from "../json.ts";

/** The policy's parameter values: a JSON object, or a file that holds one. */
export function readPolicyParameters(value: string | undefined, problems: string[]): Record<string, unknown> {
  if (value === undefined) return {};
  const text = value.startsWith("{") ? value : textOf(value, problems);
  if (text === undefined) return {};
  const parsed = parseJson(text);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  problems.push(
    "DRAWBRIDGE_POLICY_PARAMETERS must be a JSON object of parameter values, or a file that holds one",
  );
  return {};
}

function textOf(file: string, problems: string[]): string | undefined {
  if (existsSync(file)) return readFileSync(file, "utf8");
  problems.push(`DRAWBRIDGE_POLICY_PARAMETERS names the file "${file}", which does not exist`);
  return undefined;
}
