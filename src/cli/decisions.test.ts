import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostileTexts } from "../../test/hostile-texts.ts";
import { hourMs } from "../lib/clock.ts";
import { hashOf } from "../lib/connections/record/entry-hash.ts";
import { run } from "./run.ts";

/** The commands about the audit chain: show, export and verify. */
interface Entry {
  readonly id: string;
  readonly sequence: number;
  readonly previous: string;
  readonly hash: string;
  readonly [more: string]: unknown;
}

const decision = {
  at: "2026-11-24T12:00:00.000Z",
  kind: "decision",
  connection: "/subscriptions/x/service/apim/privateEndpointConnections/pe.0123-4567",
  actor: "queue:event",
  verdict: { kind: "approve", reasons: ["=1+1 approves it"] },
};
const chain = (service: string, length: number) =>
  linked(
    Array.from({ length }, () => decision),
    service,
  );

/** A chain with these entries. */
function linked(said: readonly object[], service = "aaaa"): Entry[] {
  const entries: Entry[] = [];
  for (const [index, each] of said.entries()) {
    const { hash: _, ...rest } = { hash: "", ...each };
    const sequence = index + 1;
    const previous = entries.at(-1)?.hash ?? "";
    const unhashed = { ...rest, id: `${service}-${sequence}`, sequence, previous };
    entries.push({ ...unhashed, ...hashOf(unhashed) });
  }
  return entries;
}
const linesOf = (entries: readonly unknown[]) => entries.map((each) => `${JSON.stringify(each)}\n`).join("");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-verify-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function drawbridge(
  args: readonly string[],
  entries: readonly Entry[] = [],
  named: readonly (string | undefined)[] = [],
) {
  const [out, err]: [string[], string[]] = [[], []];
  const asked: string[] = [];
  const code = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    environment: {},
    folder,
    // Two entries to a page, as an app with many would answer.
    fetch: (input) => {
      const url = new URL(input instanceof Request ? input.url : input);
      asked.push(url.pathname + url.search);
      if (url.pathname === "/api/connections")
        return Promise.resolve(
          Response.json({ connections: named.map((decisionId) => ({ connection: "c", decisionId })) }),
        );
      const from = Number(url.searchParams.get("continuation") ?? "0");
      const more = from + 2 < entries.length ? { continuation: String(from + 2) } : {};
      return Promise.resolve(Response.json({ decisions: entries.slice(from, from + 2), ...more }));
    },
    clock: { now: () => new Date("2026-11-24T12:00:00Z") },
  });
  return { code, out: out.join(""), err: err.join(""), asked };
}
const file = (entries: readonly unknown[]) => {
  writeFileSync(join(folder, "export.jsonl"), linesOf(entries));
  return drawbridge(["verify", "export.jsonl"]);
};

describe("verify", () => {
  it("fails for a file without entries, because nothing was verified", async () => {
    expect(await file([])).toMatchObject({ code: 2, out: "" });
  });

  it("verifies the chain of every service, page by page", async () => {
    const { code, out, asked } = await drawbridge(["verify"], [...chain("aaaa", 5), ...chain("bbbb", 2)]);
    expect({ code, out }).toEqual({ code: 0, out: "7 entries in 2 chains: every link holds\n" });
    // Records are read first, so that the entries that they name exist when the entries are read.
    expect(asked.map((each) => each.split("?")[0])).toEqual([
      "/api/connections",
      ...Array.from({ length: 4 }, () => "/api/decisions"),
    ]);
  });

  const whole = chain("aaaa", 6);
  const changed = whole.map((each) =>
    each.sequence === 3 ? { ...each, verdict: { kind: "reject" } } : each,
  );
  /** An attacker who can write to the table can also adapt the hash. */
  const rewritten = whole.map((each) => {
    if (each.sequence !== 3) return each;
    const { hash: _, ...rest } = each;
    const forged = { ...rest, actor: "nobody" };
    return { ...forged, ...hashOf(forged) };
  });

  it.each([
    ["an entry that was changed", changed, "aaaa-3: its content does not match its hash"],
    ["one whose hash was made to fit", rewritten, "aaaa-4: it does not follow aaaa-3"],
    [
      "one that was taken out",
      whole.toSpliced(2, 1),
      "aaaa-4: 1 entry between aaaa-2 and this one is missing",
    ],
    [
      "two in another order",
      [...whole.slice(0, 2), ...whole.slice(2, 4).toReversed()],
      "aaaa-4: 1 entry between aaaa-2",
    ],
    [
      "one that was put in",
      [...whole.slice(0, 2), ...whole.slice(1)],
      "aaaa-2: it is out of order after aaaa-2",
    ],
  ])("names the first link of a chain with %s", async (_, entries, problem) => {
    const { code, err } = await file(entries);
    expect(code).toBe(1);
    expect(err.split("\n")[0]).toContain(problem);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("accepts a part of a chain, and reports the entries before it as not verified", async () => {
    expect(await file(whole.slice(3))).toMatchObject({
      code: 0,
      err: "aaaa-4: 3 entries before this one are missing, and not verified\n",
    });
  });

  it("answers as JSON", async () => {
    const { code, out } = await drawbridge(["verify", "--format", "json"], whole.slice(3));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      entries: 3,
      services: 1,
      broken: [{ id: "aaaa-4", why: "3 entries before this one are missing" }],
    });
  });

  it("finds that the beginning of the app's chain is missing", async () => {
    const { code, err } = await drawbridge(["verify"], whole.slice(3));
    expect({ code, err }).toEqual({ code: 1, err: "aaaa-4: 3 entries before this one are missing\n" });
  });

  it("finds that the end of the app's chain, or all of it, is missing, by the entries that records name", async () => {
    expect((await drawbridge(["verify"], whole, ["aaaa-6", "aaaa-2", undefined])).code).toBe(0);
    const { code, err } = await drawbridge(["verify"], whole.slice(0, 5), ["aaaa-6", "bbbb-1"]);
    expect({ code, err }).toEqual({
      code: 1,
      err: "aaaa-6: the record of c names it, and it is missing\nbbbb-1: the record of c names it, and it is missing\n",
    });
  });

  it("accepts a missing start that the chain records as archived", async () => {
    const archival = (to: number) => linked([...whole, { kind: "archival", from: 1, to, blob: "b" }]);
    expect((await drawbridge(["verify"], archival(3).slice(3))).code).toBe(0);
    expect((await drawbridge(["verify"], archival(3).slice(2))).code).toBe(0);
    expect(await drawbridge(["verify"], archival(3).slice(4))).toMatchObject({ code: 1 });
  });

  it("verifies from the archive on to the entries in the app", async () => {
    writeFileSync(join(folder, "1.jsonl"), linesOf(whole.slice(0, 3)));
    writeFileSync(join(folder, "2.jsonl"), linesOf(whole.slice(3)));
    const { out, err } = await drawbridge(["verify", "1.jsonl", "2.jsonl"]);
    expect({ out, err }).toEqual({ out: "6 entries in 1 chain: every link holds\n", err: "" });
    expect((await drawbridge(["verify", "2.jsonl", "1.jsonl"])).code).toBe(1);
  });

  it("accepts exports, and no other file", async () => {
    const { out } = await drawbridge(["decisions", "--format", "jsonl"], whole);
    writeFileSync(join(folder, "export.jsonl"), out);
    expect((await drawbridge(["verify", "export.jsonl"])).out).toContain("6 entries in 1 chain");
    writeFileSync(join(folder, "1.jsonl"), linesOf(whole.slice(0, 1)));
    expect((await drawbridge(["verify", "1.jsonl"])).out).toContain("1 entry in 1 chain:");
    writeFileSync(join(folder, "export.jsonl"), "{}\n");
    expect(await drawbridge(["verify", "export.jsonl"])).toMatchObject({ code: 2 });
    expect(await drawbridge(["verify", "nowhere"])).toMatchObject({ code: 2 });
  });
});

describe("decisions", () => {
  it("are a table, requested with the filter", async () => {
    const { out, asked } = await drawbridge(
      ["decisions", "--verdict", "approve", "--from", "2026-11-01T00:00:00Z"],
      chain("aaaa", 1),
    );
    expect(out.split("\n")[0]).toMatch(
      /^AT +ID +KIND +CONNECTION +WHAT +PERSON +VERDICT +ENDS +ACTOR +REASON$/,
    );
    expect(out).toContain("approve");
    expect(out).toContain("  apim/pe.0123-4567  ");
    expect(out).not.toContain("/subscriptions");
    expect(asked[0]).toContain("verdict=approve&from=2026-11-01T00%3A00%3A00Z");
  });

  it("say when an approval ends: when a person said, or after what the policy gives", async () => {
    const approved = {
      ...decision,
      action: "approve",
      verdict: { kind: "approve", reasons: [], forMs: hourMs },
    };
    const person = { id: "1", by: "ana", verdict: "approve", reason: "r", until: "2027-03-31T00:00:00.000Z" };
    const entries = linked([approved, { ...approved, person }, { ...approved, action: "none" }]);
    const { out } = await drawbridge(["decisions", "--format", "csv"], entries);
    const at = String(entries[0]?.at);
    const ends = out
      .trimEnd()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",")[5]);
    expect(ends).toEqual([new Date(Date.parse(at) + hourMs).toISOString(), person.until, ""]);
    expect(out).toMatch(/,reason,person,verdict\r\n/);
    expect(out).toContain(",ana decided: r,ana,approve\r\n");
  });

  it("that do not exist are an empty list", async () => {
    expect((await drawbridge(["decisions"])).out).toContain("no decisions match");
    expect((await drawbridge(["decisions", "--format", "json"])).out).toBe("[]\n");
  });

  it("are inert in a spreadsheet", async () => {
    const { out } = await drawbridge(["decisions", "--format", "csv"], chain("aaaa", 1));
    expect(out.trim().split("\r\n")[1]).toMatch(/,'=1\+1 approves it,,approve$/);
  });

  const exported = async (format: string) => {
    const said = hostileTexts.map((text) => ({
      ...decision,
      connection: text,
      verdict: { kind: "approve", reasons: [text] },
    }));
    const { out } = await drawbridge(["decisions", "--format", format, "--top", "1000"], linked(said));
    return out.split(format === "csv" ? "\r\n" : "\n");
  };

  it.each([
    ["table", 2],
    ["csv", 2],
    ["jsonl", 1],
  ])("are one line each as %s, whatever text they contain", async (format, more) => {
    expect(await exported(format)).toHaveLength(hostileTexts.length + more);
  });

  it.each(["table", "csv", "json", "jsonl"])("are inert text as %s", async (format) => {
    for (const line of await exported(format)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  });

  it("contain no formula in any cell of a spreadsheet", async () => {
    const lines = await exported("csv");
    // Where the list separator is a semicolon or a bar, a quote within a cell does not keep it together.
    const cells = [/,(?=(?:[^"]*"[^"]*")*[^"]*$)/, /;/, /\|/].flatMap((separator) =>
      lines.flatMap((line) => line.split(separator)),
    );
    expect(cells.filter((cell) => /^"?\s*[=+\-@＝＋－＠]/u.test(cell))).toEqual([]);
  });

  it("are exported unchanged, so that an export can be verified", async () => {
    const said = hostileTexts.map((text) => ({ ...decision, actor: text }));
    const { out } = await drawbridge(["decisions", "--format", "jsonl"], linked(said));
    writeFileSync(join(folder, "export.jsonl"), out);
    expect((await drawbridge(["verify", "export.jsonl"])).code).toBe(0);
  });

  it("are JSON for programs", async () => {
    const { out } = await drawbridge(["decisions", "--format", "json"], chain("aaaa", 3));
    expect(JSON.parse(out)).toHaveLength(3);
  });
});
