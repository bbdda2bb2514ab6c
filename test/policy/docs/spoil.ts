import { examplesOf } from "./examples.ts";

export interface Spoiled {
  /** Which of the page's examples says something false now. */
  readonly index: number;
  readonly markdown: string;
  readonly what: string;
}

/** A page once for each of its examples, with that one changed to say something false. */
export function spoiled(page: string): Spoiled[] {
  const lines = page.split("\n");
  return examplesOf(page).flatMap(({ line, title }, index): Spoiled[] => {
    const from = line - 1;
    const head = lines[from] ?? "";
    const end = head.startsWith("```") ? lines.indexOf("```", from + 1) : from;
    const block = lines.slice(from, end + 1);
    const behind = lines.slice(end + 1);
    const texts = [changed(block, behind), ...otherFindings(block, behind)];
    return texts.map((text) => ({
      index,
      markdown: [...lines.slice(0, from), ...text].join("\n"),
      what: `changed at ${title}`,
    }));
  });
}

/** What is said of a policy, with another word in it. */
function otherFindings(block: readonly string[], behind: readonly string[]): string[][] {
  const at = behind.findIndex((line) => line.startsWith("```"));
  if (block[0]?.startsWith("```yaml policy") !== true || behind[at]?.startsWith("```text findings") !== true)
    return [];
  return [[...block, ...behind.with(at + 1, `${behind[at + 1]} perhaps`)]];
}

/** The example and all that stands behind it, with one thing changed. */
function changed(block: readonly string[], behind: readonly string[]): string[] {
  const [head = "", ...body] = block;
  if (head.startsWith("|")) return [falseRow(head), ...behind];
  const replaced = (from: RegExp, to: string): string[] => {
    const at = body.findIndex((each) => from.test(each));
    if (at < 0) throw new Error(`nothing in ${head} can be changed`);
    return [head, ...body.with(at, (body[at] ?? "").replace(from, to)), ...behind];
  };
  if (head.startsWith("```yaml cases")) return replaced(/verdict: (\w+)/, "verdict: $1ed");
  if (head.startsWith("```yaml policy")) return [head, "nmae: p", ...body, ...behind];
  if (head.startsWith("```console")) return [head, ...body.toSpliced(-1, 0, "and more"), ...behind];
  if (head.startsWith("```sh")) return replaced(/drawbridge -- (\w+)/, "drawbridge -- $1s");
  if (head.startsWith("```text grammar")) return replaced(/"\[?[a-zA-Z:([]+"/, '"nothing"');
  return [head, "# not in the file", ...body, ...behind];
}

/** The same row with another result. */
function falseRow(row: string): string {
  const cells = row.split("|");
  const at = cells.length - 2;
  const result = cells[at] ?? "";
  if (result.includes("load"))
    return cells.with(at, result.includes("not") ? " loads " : " does not load ").join("|");
  return cells.with(at, result.includes("true") ? " false " : " true ").join("|");
}
