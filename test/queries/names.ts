import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/child-process.ts";
import { alertKinds } from "../../src/lib/alerts/catalogue.ts";
import { described } from "../../src/lib/telemetry.ts";

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(join(root, "src", file), "utf8"));

/** The messages that the app logs, as its source has them. */
const messages = new Set(
  sources.flatMap((text) =>
    [...text.matchAll(/\blog\.(?:info|warn|error)\(\s*"([^"]+)"/g)].map(([, message = ""]) => message),
  ),
);

/** What the app logs where a queue gives up a message. */
export const givenUp = [...messages].filter((message) => message.startsWith("the queue gave up "));

/** The fields of a log line: those of src/lib/log.ts, and what every line has. */
const fields = new Set([
  "time",
  "level",
  "message",
  ...fieldsOf(readFileSync(join(root, "src/lib/log.ts"), "utf8")),
]);

function fieldsOf(text: string): string[] {
  const list = /const fieldNames = \[(.*?)\]/s.exec(text)?.[1] ?? "";
  return [...list.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
}

/**
 * The names in a query that the app does not know. A query reads log lines by `line = parse_json(Message)`, and
 * compares `said`, which is `line.message`, with messages.
 */
export function unknownNames(query: string): string[] {
  const unknown: string[] = [];
  for (const [, name = ""] of query.matchAll(/\bline(?:\.|\[")(\w+)/g))
    if (!fields.has(name)) unknown.push(`no log line has the field ${name}`);
  for (const message of comparedWith(query, "said"))
    if (!messages.has(message)) unknown.push(`the app does not log "${message}"`);
  for (const [, name = ""] of query.matchAll(/"(drawbridge\.[\w.]+)"/g))
    if (!(name in described)) unknown.push(`there is no metric ${name}`);
  for (const [, name = ""] of query.matchAll(/"(Drawbridge\.\w+)"/g))
    if (!(name in alertKinds)) unknown.push(`there is no alert ${name}`);
  return unknown;
}

/** The texts that a column is compared with: `said == "a"`, `said in ("a", "b")`. */
function comparedWith(query: string, column: string): string[] {
  const comparisons = query.matchAll(
    new RegExp(`\\b${column}\\s*(?:==|!=|in)\\s*(\\([^)]*\\)|"[^"]*")`, "g"),
  );
  return [...comparisons].flatMap(([, right = ""]) =>
    [...right.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text),
  );
}
