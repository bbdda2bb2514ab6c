import {
  azureFieldReplacement,
  azureFunctionReplacement,
} from "../../../src/lib/policy/language/azure-names.ts";
import { codeIn, partsOf, type Part } from "./page.ts";
import { wrongCases, wrongCommands, wrongConsole, wrongCopy, wrongFindings } from "./blocks.ts";
import { wrongGrammar } from "./grammar.ts";
import { factsIn, loadsAlone, nothingGiven, truthOf, truthOfValue, valueOf, type Given } from "./truth.ts";

/** Something that a page shows, and what about it is false. */
export interface Example {
  readonly title: string;
  readonly line: number;
  readonly check: () => string[] | Promise<string[]>;
}

/** What later examples of a page rest on. */
interface Before {
  given: Given;
  policy: string | undefined;
}

/**
 * Every example of a page by how it is marked. `yaml policy` loads with just what the `text findings` behind it says;
 * `yaml cases` are run against the policy before them; `yaml facts` and `yaml parameters` are given to the tables
 * behind them; `console` prints what it shows. `file=` says whose text it is, `part=` whose lines.
 */
export function examplesOf(markdown: string): readonly Example[] {
  const before: Before = { given: nothingGiven, policy: undefined };
  const parts = partsOf(markdown);
  return parts.flatMap((part, index) => {
    const check =
      part.kind === "row"
        ? rowCheck(part, before)
        : fenceCheck(part, { last: parts[index - 1], next: parts[index + 1] }, before);
    if (check === undefined) return [];
    const title = part.kind === "row" ? part.cells.join(" | ") : part.info;
    return [{ title: `line ${part.line}: ${title}`, line: part.line, check }];
  });
}

type Check = Example["check"];

function rowCheck(
  { head, above, cells }: Extract<Part, { kind: "row" }>,
  { given }: Before,
): Check | undefined {
  const [first = "", second = "", third = ""] = cells.map(codeIn);
  switch (head) {
    case "value | condition | result":
      return () => compared(truthOfValue(first, second), third);
    case "condition | result":
      return () => compared(truthOf(first, "reject", given), second);
    case "condition | result | in a rule that approves":
      return () => [
        ...compared(truthOf(first, "reject", given), second),
        ...compared(truthOf(first, "approve", given), third),
      ];
    case "condition | the policy":
      return () => compared(loadsAlone(first), second);
    case "expression | value":
      return () => compared(valueOf(first, given), second);
    case "alias | here":
      return () => compared(insteadOf(azureFieldReplacement(`${prefixIn(above)}${first}`)), plain(second));
    case "function | here":
      return () =>
        namesIn(cells[0] ?? "").flatMap((name) =>
          compared(insteadOf(azureFunctionReplacement(name)), plain(second)),
        );
    default:
      // A heading that is misspelt must not take a table's examples away from the tests.
      return /condition|expression|result|alias/.test(head) ? () => unmarked(head) : undefined;
  }
}

/** The resource type that the aliases of a table begin with: "Aliases behind `…`:". */
export function prefixIn(above: string): string {
  return /^Aliases behind `(.+)`:$/.exec(above)?.[1] ?? "";
}

function insteadOf(advice = "nothing"): string {
  return advice.replace(/^write (?=[\w.[\]*']+( or |, or |$))/, "");
}

function plain(cell: string): string {
  return cell.replaceAll("`", "");
}

/** The names in `first()`, `second()`. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)\(\)`/g)].map(([, name = ""]) => name);
}

function compared(found: string, said: string): string[] {
  return found === said ? [] : [`found: ${found}; said: ${said}`];
}

function fenceCheck(
  { info, text, line }: Extract<Part, { kind: "fence" }>,
  { last, next }: { readonly last: Part | undefined; readonly next: Part | undefined },
  before: Before,
): Check | undefined {
  const [kind = "", ...options] = info.split(/ (?=file=|part=|mode=)/);
  const path = options[0]?.replace(/^\w+=/, "");
  const copy = () =>
    path === undefined ? [] : wrongCopy(text, path, options[0]?.startsWith("file=") === true);
  switch (kind) {
    case "yaml policy": {
      before.policy = text;
      const said = next?.kind === "fence" && next.info.startsWith("text findings") ? next : undefined;
      const enforcing = said?.info !== "text findings mode=observe";
      return () => [...copy(), ...wrongFindings(text, said?.text ?? "", enforcing)];
    }
    case "yaml cases": {
      const { policy } = before;
      return () => [...copy(), ...wrongCases(policy, text)];
    }
    case "yaml":
      return options.length === 0 ? () => unmarked(info) : copy;
    case "yaml facts":
      before.given = { ...before.given, facts: factsIn(text) };
      return undefined;
    case "yaml parameters":
      before.given = { ...before.given, parameters: text };
      return undefined;
    case "text findings": {
      const isBehind = last?.kind === "fence" && last.info.startsWith("yaml policy") && text.trim() !== "";
      return isBehind ? undefined : () => unmarked(info);
    }
    case "text grammar":
      return () => wrongGrammar(text);
    case "console":
      return () => wrongConsole(text);
    case "sh":
      return () => wrongCommands(text);
    default:
      return () => unmarked(`${info} on line ${line}`);
  }
}

function unmarked(info: string): string[] {
  return [`no test runs what is marked as "${info}"`];
}
