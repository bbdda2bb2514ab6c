import { parseAst } from "vitest/node";

/** One change of a source file that a test should notice. */
export interface Mutant {
  readonly line: number;
  /** The text that is replaced, where it begins, and what replaces it. */
  readonly at: number;
  readonly original: string;
  readonly replacement: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** What each operator becomes. Arithmetic on texts would only become NaN, which every test notices. */
const operators: Readonly<Record<string, string>> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "-": "+",
  "*": "/",
  "&&": "||",
  "||": "&&",
  "??": "&&",
};

/**
 * Every mutant of a TypeScript source: operators, conditions, negations, returned values, statements and truth values.
 */
export function mutantsOf(source: string): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const text = (node: Node) => source.slice(node.start, node.end);
  const add = ({ start, end }: Pick<Node, "start" | "end">, replacement: string) => {
    const original = source.slice(start, end);
    if (original === replacement) return;
    mutants.push({ line: source.slice(0, start).split("\n").length, at: start, original, replacement });
  };
  const addOperator = (node: Node) => {
    const { operator, left, right } = node as unknown as { operator: string; left: Node; right: Node };
    const other = operators[operator];
    if (other === undefined) return;
    const start = source.indexOf(operator, left.end);
    if (start < 0 || start >= right.start) return;
    // In parentheses: `a && b ?? c` would be an error of syntax.
    add(node, `((${text(left)}) ${other} (${text(right)}))`);
  };
  const addCondition = (test: Node) => {
    for (const value of ["true", "false"]) add(test, value);
  };
  const byType: Readonly<Record<string, (node: Node) => void>> = {
    BinaryExpression: addOperator,
    LogicalExpression: addOperator,
    ConditionalExpression: ({ test }) => {
      addCondition(test as Node);
    },
    IfStatement: ({ test }) => {
      addCondition(test as Node);
    },
    UnaryExpression: (node) => {
      if (node.operator === "!") add(node, `(${text(node.argument as Node)})`);
    },
    ReturnStatement: (node) => {
      if (node.argument !== null) add(node, "return undefined;");
    },
    ArrowFunctionExpression: ({ body }) => {
      if ((body as Node).type !== "BlockStatement") add(body as Node, "undefined");
    },
    ExpressionStatement: (node) => {
      if (typeof node.directive !== "string") add(node, ";");
    },
    Literal: (node) => {
      if (typeof node.value === "boolean") add(node, String(!node.value));
    },
  };
  walk(parseAst(source, { lang: "ts" }) as unknown as Node, (node) => byType[node.type]?.(node));
  return mutants;
}

/** Nodes of TypeScript that hold an expression; the others are types, which no test can notice. */
const transparent = ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"];

function walk(node: Node, visit: (node: Node) => void): void {
  if (node.type.startsWith("TS") && !transparent.includes(node.type)) return;
  visit(node);
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(child)) walk(child, visit);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}

export function mutated(source: string, { at, original, replacement }: Mutant): string {
  return source.slice(0, at) + replacement + source.slice(at + original.length);
}
