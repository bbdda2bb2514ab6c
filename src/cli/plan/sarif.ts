import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import packageJson from "../../../package.json" with { type: "json" };
import { sha256 } from "../../lib/hash.ts";
import { toSafeJson } from "../../lib/json.ts";
import { cleaned } from "../rows.ts";
import { placeOf, printAction, type Plan, type PlanRow } from "./plan-row.ts";

/** The rule of a result that no rule of the policy decides. */
const undecided = "limit or default";

const levels: Readonly<Record<PlanRow["action"], "error" | "warning" | "note">> = {
  approve: "note",
  hold: "warning",
  recertify: "warning",
  reject: "error",
  revoke: "error",
  keep: "note",
};

/**
 * SARIF 2.1.0, for code scanning: a result for each connection, at the rule that decides. The rules are those of the
 * policy.
 */
export function printSarif(plan: Plan): string {
  const { policy, rows } = plan;
  const names = [...new Set(rows.map(ruleOf))].toSorted();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "drawbridge plan",
            version: packageJson.version,
            rules: names.map((id) => ({
              id,
              shortDescription: {
                text: id === undecided ? "A limit or the default decides" : `Rule "${id}"`,
              },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: rows.map((row) => resultOf(row, names.indexOf(ruleOf(row)), policy)),
      },
    ],
  };
  return `${toSafeJson(log, 2)}\n`;
}

function ruleOf({ rule, before }: PlanRow): string {
  return rule ?? before?.rule ?? undecided;
}

function resultOf(row: PlanRow, ruleIndex: number, policy: Plan["policy"]) {
  const { action, before, connection, reasons } = row;
  const { file, line, column } = placeOf(row, policy);
  const change = before === undefined ? action : `${printAction(row)} instead of ${printAction(before)}`;
  const because = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  return {
    ruleId: ruleOf(row),
    ruleIndex,
    level: levels[action],
    message: { text: withoutLinks(cleaned(`${connection}: ${change}${because}`)) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: column },
        },
        logicalLocations: [{ fullyQualifiedName: connection, kind: "resource" }],
      },
    ],
    // The same result in the next run, wherever the rule has moved to.
    partialFingerprints: { "connection/v1": sha256(`${connection}\n${change}`) },
  };
}

/** SARIF reads `[text](destination)` as a link, also in plain text (3.11.6). */
function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

/** A URI reference, relative to the repository where the file is in it. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(/[\\/]/).map(encodeURIComponent).join("/");
}
