import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node,
  type ErrorCode,
  type Scalar,
} from "yaml";
import type { Position, Problems } from "./problem.ts";

/** A YAML or JSON value that remembers where it stands. */
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
const tooDeep = `this is nested deeper than ${depthMax} levels`;

/**
 * Text to a located tree, or undefined with the problems that stop it.
 * YAML's core schema, which reads JSON too; anchors and aliases are refused, since a few lines of them can
 * grow into millions of nodes.
 */
export function parse(
  text: string,
  problems: Problems,
  needs = "a policy has at least a name and rules",
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
    // The library compares each key with all before it, which takes half a minute for a mapping as large as a file may be.
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
  for (const [index, { pos, message, code }] of document.errors.entries()) {
    const field = unquotedAt(text, pos[0]);
    if (unquoted < 0 || index < unquoted) problems.add(at(pos[0]), messagesByCode[code] ?? message);
    else if (index === unquoted && field !== undefined)
      problems.add(
        at(field.start),
        `quote this: "${field.text}"; between { and } YAML takes [ for the start of a list`,
      );
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) {
    problems.add({ line: 1, column: 1 }, `this file is empty; ${needs}`);
    return undefined;
  }
  return locate(document.contents, at, problems, 0);
}

/** What the library says to programmers, for authors. */
const messagesByCode: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: "a second document begins after the line ---; put it into a file of its own",
};

/**
 * The field that a bracket at `offset` belongs to, where both stand in a flow mapping without quotes. All that the
 * parser says from there on follows from that.
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

/** The YAML library descends by recursion; text nested a thousand levels deep exhausts its stack, and it says so. */
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
      problems.add(keyAt, "a key must be text");
      continue;
    }
    if (keys.has(key.value))
      problems.add(keyAt, `"${key.value}" stands here before; a key stands once in a mapping`);
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
  problems.add(at, "this value is neither text, a number, true, false nor null");
  return undefined;
}

const plainNumber = /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** What was meant as text and reads as another number than it looks: a cost centre, a ticket, the start of an id. */
function ambiguousNumber(value: number, written: string): string | undefined {
  const shown = written.slice(0, 40);
  if (!plainNumber.test(written))
    return `${shown} reads as the number ${value}; put quotes around it where text is meant, or write the number out`;
  if (Number.isSafeInteger(value) || Math.abs(value) < Number.MAX_SAFE_INTEGER) return undefined;
  return `${shown} has more digits than a number can hold, and reads as ${value}; put quotes around it`;
}
