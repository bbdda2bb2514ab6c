import type { Position } from "./problem.ts";

/** Thrown where the text leaves the common part of YAML. */
export class NotCommon extends Error {
  override readonly name = "NotCommon";
}

/** A place in a text that is read from its beginning to its end, with its line and column. */
export class TextCursor {
  protected readonly text: string;
  protected at = 0;
  protected line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** This line's text without its comment and the spaces before that. */
  protected restOfLine(): string {
    const end = this.text.indexOf("\n", this.at);
    const line = this.text.slice(this.at, end < 0 ? undefined : end);
    const comment = line.indexOf(" #");
    return (comment < 0 ? line : line.slice(0, comment)).replace(/ +$/, "");
  }

  protected isColon(): boolean {
    const next = this.text[this.at + 1];
    return this.char() === ":" && (next === " " || next === "\n");
  }

  /** The text that matches here, which is read too. */
  protected match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [text] = pattern.exec(this.text) ?? [];
    this.at += text?.length ?? 0;
    return text;
  }

  /** Goes to the next character that is neither white space nor part of a comment. */
  protected toContent(): void {
    for (;;) {
      this.spaces();
      const char = this.char();
      if (char === "#") {
        if (this.at > 0 && !" \n".includes(this.text[this.at - 1] ?? "")) throw new NotCommon();
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (char === "\n") {
        this.at++;
        this.line++;
        this.#lineStart = this.at;
      } else return;
    }
  }

  /** Nothing but a comment may follow a value on its line. */
  protected endLine(): void {
    const line = this.line;
    this.toContent();
    if (this.line === line && this.at < this.text.length) throw new NotCommon();
  }

  protected spaces(): void {
    while (this.text.charCodeAt(this.at) === 0x20) this.at++;
  }

  protected isDash(): boolean {
    return this.char() === "-" && " \n".includes(this.text[this.at + 1] ?? "\n");
  }

  protected char(): string | undefined {
    return this.text[this.at];
  }

  protected column(): number {
    return this.at - this.#lineStart;
  }

  protected position(): Position {
    return { line: this.line, column: this.at - this.#lineStart + 1 };
  }
}
