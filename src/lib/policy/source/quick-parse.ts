import type { Entry, Source } from "./source.ts";
import { NotCommon, TextCursor } from "./text-cursor.ts";

/**
 * Reads the YAML and the JSON that policies are written in, ten times as fast as the YAML library: block mappings and lists, flow
 * collections, comments, and scalars on one line. Undefined for every other text, be it valid or not, which the library reads
 * then. Whatever this returns is what the library would return (`quick-parse.test.ts` compares them).
 */
export function quickParse(text: string): Source | undefined {
  if (uncommon.test(text)) return undefined;
  try {
    return new QuickReader(text).document();
  } catch (error) {
    if (error instanceof NotCommon) return undefined;
    throw error;
  }
}

/** Tabs, carriage returns, other white space, control characters, surrogates, and markers of documents. */
const uncommon =
  /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u3001-\ud7ff]|^(?:---|\.\.\.|%)/m;

/** Below the limit of the language, so that the library reports what is too deep. */
const depthMax = 32;
/** YAML limits keys to 1,024 characters. */
const keyMax = 500;

/** How an unquoted text may begin; no indicator of YAML is among these characters. */
const plainStart = /[\w./$(+\u00a1-\ud7ff]|-[\w.$(/]/y;
const plainNumber = /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Everything else that YAML's core schema reads as a number. */
const otherNumber =
  /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;
const words = new Map<string, boolean | null>([
  ...["null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

const singleQuoted = /'((?:[^'\n]|'')*)'/y;
const doubleQuoted = /"([^"\\\n]*)"/y;
const escaped = /"(?:[^"\\\n]|\\["\\/bfnrt]|\\u[\da-cefA-CEF][\da-fA-F]{3})*"/y;
/** An unquoted text inside a flow collection, with the spaces behind it. */
const plainInFlow = /(?:[^\n,[\]{}: #]|:(?![ \n,[\]{}]|$)| +(?![ #])|(?<! )#)+/y;

class QuickReader extends TextCursor {
  document(): Source {
    this.toContent();
    const first = this.char();
    const isFlow = first === "{" || first === "[";
    const root = isFlow ? this.#flow(-1, 0) : this.#block(this.column(), 0);
    if (isFlow) this.endLine();
    this.toContent();
    if (this.at < this.text.length) throw new NotCommon();
    return root;
  }

  #block(indent: number, depth: number): Source {
    return this.isDash() ? this.#blockList(indent, depth) : this.#blockMap(indent, depth);
  }

  #blockMap(indent: number, depth: number): Source {
    if (depth > depthMax) throw new NotCommon();
    const at = this.position();
    const entries: Entry[] = [];
    const keys = new Set<string>();
    do {
      if (this.isDash()) throw new NotCommon();
      const keyAt = this.position();
      const key = this.#blockKey();
      if (key === undefined || keys.has(key)) throw new NotCommon();
      keys.add(key);
      entries.push({ key, keyAt, value: this.#valueOfKey(indent, depth + 1) });
    } while (this.#continues(indent));
    return { kind: "map", entries, at };
  }

  #blockList(indent: number, depth: number): Source {
    if (depth > depthMax) throw new NotCommon();
    const at = this.position();
    const items: Source[] = [];
    do {
      this.at++;
      this.spaces();
      items.push(this.#blockItem(indent, depth + 1));
    } while (this.#continues(indent) && this.isDash());
    return { kind: "list", items, at };
  }

  /** Whether the next content is in the same column. What is in a column further to the right would continue the value before it. */
  #continues(indent: number): boolean {
    this.toContent();
    if (this.at === this.text.length || this.column() < indent) return false;
    if (this.column() > indent) throw new NotCommon();
    return true;
  }

  #blockItem(indent: number, depth: number): Source {
    if (this.isDash()) throw new NotCommon();
    const [at, column] = [this.at, this.column()];
    const first = this.char();
    if (first !== "{" && first !== "[") {
      const key = this.#blockKey();
      this.at = at;
      if (key !== undefined) return this.#blockMap(column, depth);
    }
    return this.#valueOnLine(indent, depth);
  }

  /** The key before the next colon, which is read too; undefined if this line has no key. */
  #blockKey(): string | undefined {
    const first = this.char();
    const start = this.at;
    if (first === '"' || first === "'") {
      const key = this.#quoted();
      if (!this.isColon()) return undefined;
      this.at++;
      return this.at - start > keyMax ? undefined : key;
    }
    const line = this.restOfLine();
    const colon = /:(?: |$)/.exec(line)?.index;
    if (colon === undefined) return undefined;
    const key = this.#plainText(line.slice(0, colon).replace(/ +$/, ""));
    this.at = start + colon + 1;
    if (colon > keyMax || typeof key !== "string") throw new NotCommon();
    return key;
  }

  /** The value behind the colon of a key in this column: on the same line, or in the lines below. */
  #valueOfKey(indent: number, depth: number): Source {
    this.spaces();
    const first = this.char();
    if (first !== "\n" && first !== "#") return this.#valueOnLine(indent, depth);
    this.toContent();
    const column = this.column();
    // The items of a list may be in the column of its key.
    if (this.at === this.text.length || column < indent || (column === indent && !this.isDash()))
      throw new NotCommon();
    const below = this.char();
    return below === "{" || below === "[" ? this.#valueOnLine(indent, depth) : this.#block(column, depth);
  }

  #valueOnLine(indent: number, depth: number): Source {
    const first = this.char();
    const value = first === "{" || first === "[" ? this.#flow(indent, depth) : this.#blockScalar();
    this.endLine();
    return value;
  }

  #blockScalar(): Source {
    const at = this.position();
    const first = this.char();
    if (first === '"' || first === "'") return { kind: "scalar", value: this.#quoted(), at };
    const line = this.restOfLine();
    if (line.includes(": ") || line.endsWith(":")) throw new NotCommon();
    const value = this.#plainText(line);
    this.at += line.length;
    return { kind: "scalar", value, at };
  }

  #flow(indent: number, depth: number): Source {
    if (depth > depthMax) throw new NotCommon();
    return this.char() === "[" ? this.#flowList(indent, depth) : this.#flowMap(indent, depth);
  }

  #flowList(indent: number, depth: number): Source {
    const at = this.position();
    const items: Source[] = [];
    this.at++;
    this.#flowSpace(indent);
    while (this.char() !== "]") {
      items.push(this.#flowValue(indent, depth + 1));
      this.#flowSeparator(indent, "]");
    }
    this.at++;
    return { kind: "list", items, at };
  }

  #flowMap(indent: number, depth: number): Source {
    const at = this.position();
    const entries: Entry[] = [];
    const keys = new Set<string>();
    this.at++;
    this.#flowSpace(indent);
    while (this.char() !== "}") {
      const keyAt = this.position();
      const start = this.at;
      const first = this.char();
      const isQuoted = first === '"' || first === "'";
      const key = isQuoted ? this.#quoted() : this.#flowPlain();
      if (typeof key !== "string" || keys.has(key) || this.at - start > keyMax) throw new NotCommon();
      // A value may follow at once behind a quoted key, as in JSON.
      if (isQuoted ? this.char() !== ":" : !this.isColon()) throw new NotCommon();
      keys.add(key);
      this.at++;
      this.#flowSpace(indent);
      entries.push({ key, keyAt, value: this.#flowValue(indent, depth + 1) });
      this.#flowSeparator(indent, "}");
    }
    this.at++;
    return { kind: "map", entries, at };
  }

  #flowSeparator(indent: number, closing: string): void {
    this.#flowSpace(indent);
    if (this.char() === closing) return;
    if (this.char() !== ",") throw new NotCommon();
    this.at++;
    this.#flowSpace(indent);
  }

  #flowValue(indent: number, depth: number): Source {
    const first = this.char();
    if (first === "{" || first === "[") return this.#flow(indent, depth);
    const at = this.position();
    const value = first === '"' || first === "'" ? this.#quoted() : this.#flowPlain();
    return { kind: "scalar", value, at };
  }

  #flowPlain() {
    const text = this.match(plainInFlow) ?? "";
    const next = this.char();
    if (next === "[" || next === "{") throw new NotCommon();
    const trimmed = text.replace(/ +$/, "");
    this.at -= text.length - trimmed.length;
    return this.#plainText(trimmed);
  }

  /** Lines of a flow collection are further to the right than the key or the dash before it. */
  #flowSpace(indent: number): void {
    const line = this.line;
    this.toContent();
    if (this.line !== line && this.column() <= indent) throw new NotCommon();
  }

  /** The value of an unquoted text in YAML's core schema. */
  #plainText(text: string): string | number | boolean | null {
    plainStart.lastIndex = 0;
    if (!plainStart.test(text)) throw new NotCommon();
    const word = words.get(text);
    if (word !== undefined) return word;
    if (!otherNumber.test(text)) return text;
    const number = Number(text);
    if (!plainNumber.test(text) || Math.abs(number) >= Number.MAX_SAFE_INTEGER) throw new NotCommon();
    return number;
  }

  #quoted(): string {
    if (this.char() === "'") {
      const text = this.match(singleQuoted);
      if (text === undefined) throw new NotCommon();
      return text.slice(1, -1).replaceAll("''", "'");
    }
    const text = this.match(doubleQuoted);
    if (text !== undefined) return text.slice(1, -1);
    const json = this.match(escaped);
    if (json === undefined) throw new NotCommon();
    return JSON.parse(json) as string;
  }
}
