import { beforeEach, describe, expect, it } from "vitest";
import { ContinuationInvalid } from "../page.ts";
import { insertMissing, RowConflict, RowTooLarge, type RowQuery, type Rows } from "./rows.ts";
import type { Json } from "../json.ts";

/** The contract of every implementation of Rows. `make` returns an empty one. */
export function rowsContract(name: string, make: () => Promise<Rows>): void {
  describe(`rows ${name}`, () => {
    let rows: Rows;
    beforeEach(async () => {
      rows = await make();
    });

    const insert = (row: string, value: Record<string, Json> = {}) =>
      ({ kind: "insert", row, value }) as const;
    const replace = (row: string, etag: string, value: Record<string, Json> = {}) =>
      ({ kind: "replace", row, etag, value }) as const;

    it("reads values of every kind as they were written", async () => {
      const value = {
        text: "ä'\u0000\n",
        empty: "",
        number: 12,
        half: 0.5,
        yes: true,
        list: [1, "a", null],
        object: { a: { b: [] } },
      };
      const [etag] = await rows.commit("p", [insert("r", value)]);
      expect(await rows.read({ partition: "p", row: "r" })).toEqual({
        partition: "p",
        row: "r",
        etag,
        value,
      });
    });

    it("reads undefined for a missing row", async () => {
      expect(await rows.read({ partition: "p", row: "none" })).toBeUndefined();
    });

    it("keeps values that are larger than a property may be", async () => {
      const noise = Array.from({ length: 40_000 }, (_, index) => Math.sin(index));
      const value = { noise, text: "x".repeat(100_000) };
      await rows.commit("p", [insert("r", value)]);
      expect((await rows.read({ partition: "p", row: "r" }))?.value).toEqual(value);
    });

    it("refuses a row that is larger than an entity may be, and writes nothing", async () => {
      const noise = Array.from({ length: 200_000 }, (_, index) => Math.sin(index));
      await expect(rows.commit("p", [insert("a"), insert("b", { noise })])).rejects.toBeInstanceOf(
        RowTooLarge,
      );
      expect(await rows.read({ partition: "p", row: "a" })).toBeUndefined();
    });

    it("refuses more properties than an entity may have", async () => {
      const many = Object.fromEntries(Array.from({ length: 260 }, (_, index) => [`p${index}`, index]));
      await expect(rows.commit("p", [insert("a", many)])).rejects.toBeInstanceOf(RowTooLarge);
    });

    it("refuses to insert an existing row, and to replace one that changed, was removed or never existed", async () => {
      const [etag] = await rows.commit("p", [insert("r")]);
      await expect(rows.commit("p", [insert("r")])).rejects.toBeInstanceOf(RowConflict);
      await rows.commit("p", [replace("r", etag ?? "", { second: true })]);
      await expect(rows.commit("p", [replace("r", etag ?? "", { third: true })])).rejects.toBeInstanceOf(
        RowConflict,
      );
      await expect(rows.commit("p", [replace("none", etag ?? "")])).rejects.toBeInstanceOf(RowConflict);
      expect((await rows.read({ partition: "p", row: "r" }))?.value).toEqual({ second: true });
    });

    it("replaces a row completely", async () => {
      const [etag] = await rows.commit("p", [insert("r", { a: 1, b: 2 })]);
      await rows.commit("p", [replace("r", etag ?? "", { b: 3 })]);
      expect((await rows.read({ partition: "p", row: "r" }))?.value).toEqual({ b: 3 });
    });

    it("writes all of a transaction or nothing", async () => {
      const [etag] = await rows.commit("p", [insert("old")]);
      await rows.commit("p", [replace("old", etag ?? "", { moved: true })]);
      await expect(rows.commit("p", [insert("new"), replace("old", etag ?? "")])).rejects.toBeInstanceOf(
        RowConflict,
      );
      expect(await rows.read({ partition: "p", row: "new" })).toBeUndefined();
    });

    it("refuses more rows than a transaction takes, and writes nothing", async () => {
      const writes = Array.from({ length: 101 }, (_, index) => insert(`r-${index}`));
      await expect(rows.commit("p", writes)).rejects.toBeInstanceOf(RowTooLarge);
      expect(await rows.read({ partition: "p", row: "r-0" })).toBeUndefined();
      await expect(rows.commit("p", writes.slice(1))).resolves.toHaveLength(100);
    });

    it("returns the etags of a transaction in order, each valid for the next write", async () => {
      const [a, b] = await rows.commit("p", [insert("a"), insert("b")]);
      const again = await rows.commit("p", [replace("a", a ?? ""), insert("c"), replace("b", b ?? "")]);
      expect(again).toHaveLength(3);
      await rows.commit("p", [
        replace("a", again[0] ?? ""),
        replace("c", again[1] ?? ""),
        replace("b", again[2] ?? ""),
      ]);
    });

    it("removes a row by its etag, and accepts that it is gone already", async () => {
      const [etag] = await rows.commit("p", [insert("r")]);
      const [newer] = await rows.commit("p", [replace("r", etag ?? "")]);
      await expect(rows.remove({ partition: "p", row: "r" }, etag ?? "")).rejects.toBeInstanceOf(RowConflict);
      await rows.remove({ partition: "p", row: "r" }, newer ?? "");
      await rows.remove({ partition: "p", row: "r" }, newer ?? "");
      expect(await rows.read({ partition: "p", row: "r" })).toBeUndefined();
    });

    it("lists by prefix within a partition or a range of them, sorted, in pages", async () => {
      for (const partition of ["q-1", "q-2", "z"])
        await rows.commit(partition, [insert("a-1"), insert("a-2"), insert("b-1")]);
      const inOne = await rows.list({ partition: "q-1", prefix: "a-", top: 10 });
      expect(inOne.rows.map(({ row }) => row)).toEqual(["a-1", "a-2"]);
      const range = { from: "q-", to: "q." };
      const seen: string[] = [];
      let continuation: string | undefined;
      do {
        const page = await rows.list({
          partition: range,
          prefix: "a-",
          top: 3,
          ...(continuation === undefined ? {} : { continuation }),
        });
        expect(page.rows.length).toBeLessThanOrEqual(3);
        seen.push(...page.rows.map(({ partition, row }) => `${partition}/${row}`));
        continuation = page.continuation;
      } while (continuation !== undefined);
      expect(seen).toEqual(["q-1/a-1", "q-1/a-2", "q-2/a-1", "q-2/a-2"]);
      expect((await rows.list({ partition: "z", prefix: "", top: 10 })).rows).toHaveLength(3);
    });

    it("puts a row whatever is there", async () => {
      const put = (value: Record<string, Json>) => ({ kind: "put", row: "r", value }) as const;
      const [first] = await rows.commit("p", [put({ a: 1 })]);
      const [second] = await rows.commit("p", [put({ b: 2 })]);
      expect(second).not.toBe(first);
      expect(await rows.read({ partition: "p", row: "r" })).toMatchObject({ etag: second, value: { b: 2 } });
    });

    it("inserts what is missing, and leaves the rest as it is", async () => {
      await rows.commit("p", [insert("r-7", { old: true })]);
      const batch = Array.from({ length: 120 }, (_, index) => insert(`r-${index}`, { old: false }));
      await insertMissing(rows, "p", batch);
      const { rows: found } = await rows.list({ partition: "p", prefix: "", top: 200 });
      expect(found).toHaveLength(120);
      expect(found.filter(({ value }) => value.old === true).map(({ row }) => row)).toEqual(["r-7"]);
    });

    it("lists between two keys, and by the values of text properties", async () => {
      await rows.commit(
        "p",
        ["a", "b", "c", "d"].map((row, index) => insert(row, { text: index % 2 === 0 ? "it's" : "other" })),
      );
      const found = async (query: Partial<RowQuery>) =>
        (await rows.list({ partition: "p", prefix: "", top: 10, ...query })).rows.map(({ row }) => row);
      expect(await found({ after: "a" })).toEqual(["b", "c", "d"]);
      expect(await found({ after: "a", below: "c" })).toEqual(["b"]);
      expect(await found({ below: "c" })).toEqual(["a", "b"]);
      expect(await found({ where: { text: "it's" } })).toEqual(["a", "c"]);
      expect(await found({ where: { text: "it's" }, after: "a" })).toEqual(["c"]);
      expect(await found({ where: { none: "it's" } })).toEqual([]);
    });

    const encoded = (token: unknown) => Buffer.from(JSON.stringify(token)).toString("base64");
    it.each([
      ["forged'"],
      [""],
      [encoded(null)],
      [encoded(1)],
      [encoded([])],
      [encoded({})],
      [encoded({ nextRowKey: "r" })],
      [encoded({ nextPartitionKey: 1, nextRowKey: "r" })],
      [encoded({ nextPartitionKey: {}, nextRowKey: "r" })],
      [encoded({ nextPartitionKey: "", nextRowKey: "" })],
      [encoded({ nextPartitionKey: "p", nextRowKey: "r", more: "x" })],
      [encoded({ nextPartitionKey: "p".repeat(10_000), nextRowKey: "r" })],
    ])("refuses a continuation that it did not issue: %s", async (continuation) => {
      await expect(rows.list({ partition: "p", prefix: "", top: 1, continuation })).rejects.toBeInstanceOf(
        ContinuationInvalid,
      );
    });
  });
}
