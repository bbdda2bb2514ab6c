import { armError, ok, type Answer } from "./answer.ts";
import type { ArmRequest, Provider } from "./arm.ts";
import { allowed, type Subscription } from "./world.ts";

/**
 * Azure Resource Graph, as far as it is asked: the table `resourcecontainers` and the operators `where` (with `=~` and
 * `in`) and `project`. It has only what the caller may read; what it may not read is left out, not refused.
 */
export function answerResourceGraph(
  { world }: Provider,
  { method, body, principal }: ArmRequest,
): Answer | undefined {
  if (method !== "POST") return undefined;
  const { query } = (body ?? {}) as { readonly query?: unknown };
  const [table, ...operators] = String(query)
    .split("|")
    .map((part) => part.trim());
  if (table !== "resourcecontainers") return invalid(`the table '${table}' is not simulated`);
  let rows: Row[] = [...world.subscriptions.values()]
    .filter(
      ({ id, tenantId }) =>
        tenantId === principal.tenantId &&
        allowed(principal, "Microsoft.Resources/subscriptions/read", `/subscriptions/${id}`),
    )
    .map(rowOf);
  for (const operator of operators) {
    const next = apply(operator, rows);
    if (next === undefined) return invalid(`the operator '${operator}' is not simulated`);
    rows = next;
  }
  return ok({ totalRecords: rows.length, count: rows.length, resultTruncated: "false", data: rows });
}

type Row = Readonly<Record<string, unknown>>;

function rowOf({ id, tenantId, name, managementGroups }: Subscription): Row {
  return {
    id: `/subscriptions/${id}`,
    type: "microsoft.resources/subscriptions",
    name,
    subscriptionId: id,
    tenantId,
    properties: { managementGroupAncestorsChain: managementGroups, state: "Enabled" },
  };
}

function apply(operator: string, rows: readonly Row[]): Row[] | undefined {
  const [, column = "", wanted] = /^where (\w+) =~ '([^']*)'$/.exec(operator) ?? [];
  if (wanted !== undefined)
    return rows.filter((row) => String(row[column]).toLowerCase() === wanted.toLowerCase());
  const [, field = "", list] = /^where (\w+) in \(([^)]*)\)$/.exec(operator) ?? [];
  if (list !== undefined) {
    const values = new Set(list.split(",").map((each) => each.trim().replaceAll("'", "")));
    return rows.filter((row) => values.has(String(row[field])));
  }
  const [, columns] = /^project (.+)$/.exec(operator) ?? [];
  return columns === undefined ? undefined : rows.map((row) => project(row, columns.split(",")));
}

function project(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.map((column) => {
      const [name = "", path = name] = column.split("=").map((part) => part.trim());
      return [
        name,
        path.split(".").reduce<unknown>((value, key) => (value as Row | undefined)?.[key], row) ?? null,
      ];
    }),
  );
}

function invalid(why: string): Answer {
  return armError(400, "BadRequest", `Please provide below info when asking for support: ${why}.`);
}
