import { kustoProblems } from "../queries/kusto.ts";
import { unknownNames } from "../queries/names.ts";
import { difference } from "./check-grants.ts";
import { at, cases, ofType, type Deployment } from "./deployment.ts";

/** Each rule finds lines that the app writes, in tables and columns that there are. */
export function alertProblems({ resources, json }: Deployment): string[] {
  const rules = ofType(resources.app, "Microsoft.Insights/scheduledQueryRules");
  const named = rules.map(({ name }) => name.slice("drawbridge-".length));
  const ofRules = rules.map(
    (each) => [each.name, String(at(each, "properties.criteria.allOf.0.query"))] as const,
  );
  const items = (json("workbook.json") as { readonly items: readonly WorkbookItem[] }).items;
  const ofWorkbook = items.flatMap(({ name, content: { query } }) =>
    query === undefined ? [] : [[`workbook ${name}`, query] as const],
  );
  return [
    ...difference(["sweep-overdue", "poisoned", "policy-invalid", "forbidden", "events"], named),
    ...metricProblems(resources),
    ...[...ofRules, ...ofWorkbook].flatMap(([name, query]) =>
      [...parsed(query), ...unknownNames(query)].map((problem) => `${name}: ${problem}`),
    ),
  ];
}

/** The parser takes a third of a second for each query, and most templates have the same. */
const parsedBefore = new Map<string, readonly string[]>();

function parsed(query: string): readonly string[] {
  const found = parsedBefore.get(query) ?? kustoProblems(query);
  parsedBefore.set(query, found);
  return found;
}

interface WorkbookItem {
  readonly name: string;
  readonly content: { readonly query?: string };
}

/** Dead letters and failed deliveries of each topic that is ours: of three in the cases, one. */
function metricProblems(resources: Deployment["resources"]): string[] {
  return cases.events.flatMap((name) => {
    const metrics = ofType(resources[name], "Microsoft.Insights/metricAlerts").map((each) =>
      String(at(each, "properties.criteria.allOf.0.metricName")),
    );
    return difference(["DeadLetteredCount", "DeliveryAttemptFailCount"], metrics).map(
      (each) => `${name}: ${each}`,
    );
  });
}
