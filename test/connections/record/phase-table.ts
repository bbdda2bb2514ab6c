import { readFileSync } from "node:fs";
import { phases, type Phase } from "../../../src/lib/connections/record/connection-record.ts";

/** A row of the table of phases in docs/architecture.md. */
export interface Arrow {
  readonly from: Phase | "(none)";
  readonly event: string;
  readonly to: Phase;
}

/** The table in docs/architecture.md, "(any)" written out. */
export const arrows: readonly Arrow[] = readFileSync(
  new URL("../../../docs/architecture.md", import.meta.url),
  "utf8",
)
  .split(/^\| from\s+\| event\s+\| to\s+\|$/m)[1]!
  .split("\n\n")[0]!
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5 && /^[(A-Z]/.test(cells[1] ?? ""))
  .flatMap(([, from, event, to]) =>
    (from === "(any)" ? phases : [from as Arrow["from"]]).map((each) => ({
      from: each,
      event: event!,
      to: to as Phase,
    })),
  );
