import { load } from "../../../src/lib/policy/load.ts";
import { ExpressionInvalid, parseExpression } from "../../../src/lib/policy/language/expression.ts";
import { catalogue } from "../../../src/lib/policy/language/fields.ts";
import { operatorNames } from "../../../src/lib/policy/language/operators.ts";

/** A production's right side, as ISO 14977 writes it. */
type Node =
  | { readonly kind: "terminal" | "name"; readonly text: string }
  | { readonly kind: "sequence" | "choice"; readonly members: readonly Node[] }
  | { readonly kind: "option" | "repetition"; readonly member: Node };

type Grammar = ReadonlyMap<string, Node>;

/** What stands for the words that a grammar does not take apart. */
const words: Readonly<Record<string, readonly string[]>> = {
  field: ["x"],
  list: ['"x[*]"'],
  scalar: ["a", "1", "true", "null"],
  text: ["a-*", '"##"'],
  number: ["1"],
  instant: ["2026-12-01T00:00:00Z"],
  boolean: ["true", "false"],
  values: ["[a, 1]", "\"[createArray('a')]\""],
  value: ["a", "\"[toLower('A')]\""],
  name: ["zone"],
  identifier: ["concat", "toLower"],
  string: ["'a'", "'it''s'"],
};
/** Counts may be nested three levels deep, and each takes two productions. */
const levelsMax = 6;
const derivations = 300;

/**
 * Whether texts that the grammar makes are read, each of its alternatives many times, and whether no operator is left
 * out. A grammar's `condition` is loaded in a policy, its `expression` is parsed.
 */
export function wrongGrammar(text: string): string[] {
  const grammar = readGrammar(text);
  const start = grammar.has("condition") ? "condition" : "expression";
  const random = sequenceOf(16);
  const refused = Array.from({ length: derivations }, () => {
    const derived = derive({ kind: "name", text: start }, grammar, random, levelsMax).join(" ");
    return start === "condition" ? refusedCondition(derived) : refusedExpression(derived);
  });
  const missing = start === "condition" ? operatorNames.filter((name) => !text.includes(`"${name}:"`)) : [];
  return [...new Set(refused.flat())].slice(0, 3).concat(missing.map((name) => `${name} is not in it`));
}

const only = catalogue([
  { name: "x", type: "any", assertedBy: "platform", source: "document", description: "" },
]);

function refusedCondition(condition: string): string[] {
  const text = `name: g\nrules: [{ name: r, if: ${condition}, then: { effect: hold } }]\n`;
  const loaded = load([{ file: "", text }], only, { enforcing: false });
  return loaded.kind === "valid" ? [] : loaded.problems.map(({ message }) => `${condition}: ${message}`);
}

function refusedExpression(expression: string): string[] {
  try {
    parseExpression(expression);
    return [];
  } catch (error) {
    if (error instanceof ExpressionInvalid) return [error.message];
    throw error;
  }
}

type Random = (below: number) => number;

function derive(node: Node, grammar: Grammar, random: Random, levels: number): string[] {
  switch (node.kind) {
    case "terminal":
      return [node.text];
    case "name": {
      const production = grammar.get(node.text);
      const samples = words[node.text] ?? [];
      if (production !== undefined) return derive(production, grammar, random, levels - 1);
      if (samples.length === 0) throw new Error(`"${node.text}" is neither defined nor a word`);
      return [samples[random(samples.length)] ?? ""];
    }
    case "sequence":
      return node.members.flatMap((member) => derive(member, grammar, random, levels));
    case "choice": {
      const ends = levels > 0 ? [] : node.members.filter((each) => !reaches(each, grammar));
      const choices = ends.length > 0 ? ends : node.members;
      return derive(choices[random(choices.length)] as Node, grammar, random, levels);
    }
    case "option":
    case "repetition": {
      const times = levels > 0 ? random(node.kind === "option" ? 2 : 3) : 0;
      return Array.from({ length: times }).flatMap(() => derive(node.member, grammar, random, levels));
    }
  }
}

/** Whether a part of the grammar can lead back to a whole condition or term. */
function reaches(node: Node, grammar: Grammar, seen = new Set<string>()): boolean {
  switch (node.kind) {
    case "terminal":
    case "option":
    case "repetition":
      return false;
    case "name": {
      if (seen.has(node.text)) return true;
      const production = grammar.get(node.text);
      return production !== undefined && reaches(production, grammar, new Set([...seen, node.text]));
    }
    case "sequence":
      return node.members.some((member) => reaches(member, grammar, seen));
    case "choice":
      return node.members.every((member) => reaches(member, grammar, seen));
  }
}

function readGrammar(text: string): Grammar {
  const tokens = text.match(/"[^"]*"|'"'|[a-z][a-zA-Z]*|\S/g) ?? [];
  const grammar = new Map<string, Node>();
  let next = 0;
  while (next < tokens.length) {
    const name = tokens[next] ?? "";
    next += 2;
    grammar.set(name, choice());
  }
  return grammar;

  function choice(): Node {
    const members = [sequence()];
    while (tokens[next] === "|") {
      next++;
      members.push(sequence());
    }
    return members.length === 1 ? (members[0] as Node) : { kind: "choice", members };
  }

  function sequence(): Node {
    const members: Node[] = [];
    while (next < tokens.length && !"|)]}".includes(tokens[next] ?? "") && tokens[next + 1] !== "=")
      members.push(single(tokens[next++] ?? ""));
    return { kind: "sequence", members };
  }

  function single(token: string): Node {
    if (/^["']/.test(token)) return { kind: "terminal", text: token.slice(1, -1) };
    if (!"([{".includes(token)) return { kind: "name", text: token };
    const member = choice();
    next++;
    if (token === "(") return member;
    return { kind: token === "[" ? "option" : "repetition", member };
  }
}

/** The same numbers in each run. */
function sequenceOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
