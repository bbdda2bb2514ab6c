import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Scalar } from "yaml";
import type { Position, Problems } from "./problem.ts";
import { syntaxError } from "./syntax-error.ts";

/** A YAML or JSON value with its source position. */
export type Source =
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null; readonly at: Position }
  | { readonly kind: "list"; readonly items: readonly Source[]; readonly at: Position }
  | { readonly kind: "map"; readonly entries: readonly Entry[]; readonly at: Position };

export type SourceList = Extract<Source, { kind: "list" }>;
export type SourceMap = Extract<Source, { kind: "map" }>;

export interface Entry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: Source;
}

const textMax = 1024 * 1024;
const depthMax = 32;
const tooDeep = `nesting is deeper than ${depthMax} levels; flatten this, or split it into several rules`;

/**
 * Parses text into a tree with source positions; undefined, with problems, if it cannot be parsed.
 * Uses YAML's core schema, which includes JSON. Aliases are refused, because a few lines of them can expand into
 * millions of nodes.
 */
export function parse(
  text: string,
  problems: Problems,
  needs = "a policy needs at least a name and rules",
): Source | undefined {
  if (text.length > textMax) {
    problems.add(
      { line: 1, column: 1 },
      "this file is larger than 1 MiB; split the policy into several files",
    );
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "core",
    lineCounter: lines,
    prettyErrors: false,
    // The library's own check is quadratic: half a minute for the largest mapping that a file may hold.
    uniqueKeys: false,
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.some(isStackExhausted)) {
    problems.add({ line: 1, column: 1 }, tooDeep);
    return undefined;
  }
  const unquoted = document.errors.findIndex(({ pos }) => unquotedAt(text, pos[0]) !== undefined);
  for (const [index, error] of document.errors.entries()) {
    const { pos } = error;
    const field = unquotedAt(text, pos[0]);
    const before = document.errors[index - 1];
    // A second error of the same line follows from the first.
    const isFirst = before === undefined || at(before.pos[0]).line !== at(pos[0]).line;
    if (unquoted < 0 || index < unquoted) {
      if (isFirst) problems.add(at(pos[0]), syntaxError(error));
    } else if (index === unquoted && field !== undefined)
      problems.add(
        at(field.start),
        `write "${field.text}" with its quotes; inside { }, YAML reads [ as the start of a list`,
      );
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) {
    problems.add({ line: 1, column: 1 }, `this file is empty; ${needs}`);
    return undefined;
  }
  return locate(document.contents, at, problems, 0);
}

/**
 * The unquoted field reference whose `[` is at `offset`. In a flow mapping YAML reads that bracket as a list, and all
 * later syntax errors follow from it.
 */
function unquotedAt(text: string, offset: number): { start: number; text: string } | undefined {
  if (text[offset] !== "[") return undefined;
  const [before = ""] = /[\w$.-]{1,200}$/.exec(text.slice(Math.max(0, offset - 200), offset)) ?? [];
  const [behind = ""] =
    /^(?:\[(?:'[^'\n]{0,200}'|[^\]\n]{0,200})\]|\.[\w$-]{1,200}){1,20}/.exec(
      text.slice(offset, offset + 1000),
    ) ?? [];
  return before === "" ? undefined : { start: offset - before.length, text: `${before}${behind}` };
}

/**
 * The YAML library is recursive: text nested a thousand levels deep exhausts the stack, which it reports as an error.
 */
function isStackExhausted({ message }: Error): boolean {
  return message.includes("Maximum call stack size exceeded");
}

function locate(
  node: Node,
  position: (offset: number) => Position,
  problems: Problems,
  depth: number,
): Source | undefined {
  const at = position(node.range?.[0] ?? 0);
  if (depth > depthMax) {
    problems.add(at, tooDeep);
    return undefined;
  }
  if (isAlias(node)) {
    problems.add(at, "aliases are not allowed; write the value out");
    return undefined;
  }
  if (isScalar(node)) return scalar(node, at, problems);
  if (isSeq<Node>(node)) {
    const items = node.items.map((item) => locate(item, position, problems, depth + 1));
    return { kind: "list", items: items.filter((item) => item !== undefined), at };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const entries: Entry[] = [];
  const keys = new Set<string>();
  for (const { key, value } of node.items) {
    const keyAt = position(key.range?.[0] ?? 0);
    if (!isScalar(key) || typeof key.value !== "string") {
      problems.add(keyAt, "a key must be text; put quotes around it");
      continue;
    }
    if (keys.has(key.value)) problems.add(keyAt, `duplicate key "${key.value}"; remove one of them`);
    keys.add(key.value);
    const located =
      value === null
        ? { kind: "scalar" as const, value: null, at: keyAt }
        : locate(value, position, problems, depth + 1);
    if (located !== undefined) entries.push({ key: key.value, keyAt, value: located });
  }
  return { kind: "map", entries, at };
}

function scalar({ value, source }: Scalar, at: Position, problems: Problems): Source | undefined {
  if (typeof value === "number") {
    const mistaken = ambiguousNumber(value, source ?? "");
    if (mistaken !== undefined) problems.add(at, mistaken);
    return { kind: "scalar", value, at };
  }
  if (value === null || typeof value === "string" || typeof value === "boolean")
    return { kind: "scalar", value, at };
  problems.add(at, "unsupported value; use text, a number, true, false or null");
  return undefined;
}

const plainNumber = /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** The message for a number that YAML reads differently from how it looks: a cost centre, a ticket, part of an id. */
function ambiguousNumber(value: number, written: string): string | undefined {
  const shown = written.slice(0, 40);
  if (!plainNumber.test(written))
    return `YAML reads ${shown} as the number ${value}; put quotes around it if it is text, or write the number in plain decimal digits`;
  if (Number.isSafeInteger(value) || Math.abs(value) < Number.MAX_SAFE_INTEGER) return undefined;
  return `${shown} has more digits than a number can hold and would become ${value}; put quotes around it`;
}
