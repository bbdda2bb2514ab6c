/** A row of a table: values by column name, as Resource Graph returns them. */
export type Row = Readonly<Record<string, unknown>>;

/** Thrown for a query outside the simulated part of the language: the simulator never guesses. */
export class QueryInvalid extends Error {
  override readonly name = "QueryInvalid";
}

type Operator = (rows: Row[]) => Row[];

/**
 * Runs a query in the simulated part of the Kusto query language: a table, then `where` (with `=~`, `==`, `in` and
 * `in~`, joined by `and`), `project` (with aliases, paths and `tostring`) and `order by`.
 * @throws {QueryInvalid}
 */
export function runQuery(query: string, tables: Readonly<Record<string, () => Row[]>>): Row[] {
  const [name = "", ...operators] = query.split("|").map((part) => part.trim());
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) throw new QueryInvalid(`the table '${name}' is not simulated`);
  return operators.map(operatorOf).reduce((rows, operator) => operator(rows), table());
}

function operatorOf(text: string): Operator {
  const [, verb, rest = ""] = /^(where|project|order by) (.+)$/.exec(text) ?? [];
  if (verb === "where") return where(rest);
  if (verb === "project") return project(rest);
  if (verb === "order by") return orderBy(rest);
  throw new QueryInvalid(`the operator '${text}' is not simulated`);
}

function where(text: string): Operator {
  const tests = text.split(/ and /).map(testOf);
  return (rows) => rows.filter((row) => tests.every((test) => test(row)));
}

function testOf(text: string): (row: Row) => boolean {
  const [, left = "", operator = "", right = ""] = /^(\S+) (=~|==|in~|in) (.+)$/.exec(text.trim()) ?? [];
  const literals = [...right.matchAll(/'([^']*)'/g)].map(([, literal = ""]) => literal);
  if (left === "" || literals.length === 0)
    throw new QueryInvalid(`the condition '${text}' is not simulated`);
  const read = valueOf(left);
  const ignoresCase = operator.endsWith("~");
  const fold = (each: string) => (ignoresCase ? each.toLowerCase() : each);
  const wanted = new Set(literals.map(fold));
  return (row) => {
    const value = read(row);
    return typeof value === "string" && wanted.has(fold(value));
  };
}

function project(text: string): Operator {
  const columns = text.split(",").map((column) => {
    const [name = "", source = name] = column.split("=").map((part) => part.trim());
    return [name, valueOf(source)] as const;
  });
  return (rows) =>
    rows.map((row) => Object.fromEntries(columns.map(([name, read]) => [name, read(row) ?? null])));
}

function orderBy(text: string): Operator {
  const [, column = "", direction = "desc"] = /^([\w.]+)(?: (asc|desc))?$/.exec(text) ?? [];
  if (column === "") throw new QueryInvalid(`the order '${text}' is not simulated`);
  const read = valueOf(column);
  const sign = direction === "asc" ? 1 : -1;
  const keyOf = (row: Row) => String(read(row)).toLowerCase();
  return (rows) =>
    rows
      .map((row) => [keyOf(row), row] as const)
      .toSorted(([a], [b]) => (a < b ? -sign : a > b ? sign : 0))
      .map(([, row]) => row);
}

/** A path into a row, such as `properties.sku`, or `tostring` of one. */
function valueOf(text: string): (row: Row) => unknown {
  const [, inner] = /^tostring\(([\w.]+)\)$/.exec(text) ?? [];
  const path = (inner ?? text).split(".");
  if (!path.every((part) => /^\w+$/.test(part))) throw new QueryInvalid(`'${text}' is not simulated`);
  const read = (row: Row) =>
    path.reduce<unknown>((value, key) => (value as Row | null | undefined)?.[key], row);
  return inner === undefined ? read : (row) => textOf(read(row));
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
