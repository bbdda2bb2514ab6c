import { existsSync, readFileSync } from "node:fs";
import { parseJson } from "../json.ts";

/** The policy's parameter values: a JSON object, or a file that holds one. */
export function readPolicyParameters(
  value: string | undefined,
  problems: string[],
  setting = "DRAWBRIDGE_POLICY_PARAMETERS",
): Record<string, unknown> {
  if (value === undefined) return {};
  const text = value.startsWith("{") ? value : textOf(value, problems, setting);
  if (text === undefined) return {};
  const parsed = parseJson(text);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  problems.push(`${setting} must be a JSON object of parameter values, or a file that holds one`);
  return {};
}

function textOf(file: string, problems: string[], setting: string): string | undefined {
  if (existsSync(file)) return readFileSync(file, "utf8");
  problems.push(`${setting} names the file "${file}", which does not exist`);
  return undefined;
}
