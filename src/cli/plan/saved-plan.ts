import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { hourMs } from "../../lib/clock.ts";
import type { ScopeConfig } from "../../lib/config/config.ts";
import { sha256 } from "../../lib/hash.ts";
import { parseJson } from "../../lib/json.ts";
import type { PlannedService } from "../../lib/plan/plan-service.ts";
import type { Terminal } from "../command.ts";
import { CannotRun } from "../exit-codes.ts";
import { withFile } from "../policy-at.ts";
import type { ValidPolicy } from "./plan-row.ts";

/** What was read longer ago than this is read again. */
const keptMs = hourMs;

interface Head {
  readonly v: 1;
  readonly plan: string;
  readonly startedAt: string;
}

/** The services that are planned, in a file if one is named, so that an interrupted plan continues where it stopped. */
export interface SavedPlan {
  readonly found: readonly PlannedService[];
  readonly save: (planned: PlannedService) => void;
  /** Removes the file of a plan that is complete. */
  readonly end: () => void;
}

/** Where a plan was read, and by whom: another account may see less. */
export interface PlanSource {
  /** Where the records of approvals come from. */
  readonly records: string;
  readonly endpoint: string;
  readonly account: string;
}

/** The same scope and policies make the same plan, with the same source. */
export function planKey(
  scope: ScopeConfig,
  policies: readonly ValidPolicy[],
  { records, endpoint, account }: PlanSource,
): string {
  return sha256(JSON.stringify([scope, policies.map(({ hash }) => hash), records, endpoint, account]));
}

/**
 * Opens the file, or starts it where it is of another plan, too old, or not there.
 * @throws {CannotRun} where it cannot be read or written, or holds something else than a plan, which would be lost
 */
export function savedPlan(
  path: string | undefined,
  plan: string,
  terminal: Pick<Terminal, "clock" | "folder">,
): SavedPlan {
  if (path === undefined) return { found: [], save: () => {}, end: () => {} };
  const file = resolve(terminal.folder, path);
  const now = terminal.clock.now();
  const text = existsSync(file) ? withFile(path, "read", () => readFileSync(file, "utf8")) : "";
  if (text !== "" && headIn(text) === undefined)
    throw new CannotRun(`${path} holds something else than a saved plan; name another file with --resume`);
  const { startedAt, found } = earlierIn(text, plan, now) ?? { startedAt: now.toISOString(), found: [] };
  const head: Head = { v: 1, plan, startedAt };
  // Rewritten, because the process may have ended within the last line.
  withFile(path, "written", () => writeFileSync(file, [head, ...found].map(line).join("")));
  return {
    found,
    save: (planned) => {
      withFile(path, "written", () => appendFileSync(file, line(planned)));
    },
    end: () => rmSync(file, { force: true }),
  };
}

function line(value: Head | PlannedService): string {
  return `${JSON.stringify(value)}\n`;
}

/** What a saved plan begins with; undefined for any other text. */
function headIn(text: string): Head | undefined {
  const head = parseJson(text.split("\n", 1)[0] ?? "") as Partial<Head> | null | undefined;
  return head?.v === 1 && typeof head.plan === "string" && typeof head.startedAt === "string"
    ? (head as Head)
    : undefined;
}

/** Undefined where the text is of another plan, or too old. */
function earlierIn(
  text: string,
  plan: string,
  now: Date,
): { readonly startedAt: string; readonly found: readonly PlannedService[] } | undefined {
  const head = headIn(text);
  if (head?.plan !== plan || now.getTime() - Date.parse(head.startedAt) > keptMs) return undefined;
  const [, ...lines] = text.split("\n");
  const found = lines.flatMap((each) => {
    const planned = parseJson(each) as PlannedService | undefined;
    // What could not be read is read again.
    return planned === undefined || planned.unread.length > 0 ? [] : [planned];
  });
  return { startedAt: head.startedAt, found };
}
