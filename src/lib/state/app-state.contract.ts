import { beforeEach, describe, expect, it } from "vitest";
import { alert } from "../alerts/alert.ts";
import type { AppState } from "../app-state.ts";
import type { Digests } from "../connections/digests.ts";
import { parseServiceId, type ServiceId } from "../azure/resource-id.ts";
import { rowsAppState } from "./app-state.ts";
import { rowsDigests } from "./digests.ts";
import { rowsOutbox } from "./outbox.ts";
import type { Rows } from "./rows.ts";

/** The app's state and the digests on an implementation of Rows. */
export function appStateContract(name: string, make: () => Promise<Rows>): void {
  describe(`the app's state ${name}`, () => {
    let rows: Rows;
    let state: AppState;
    beforeEach(async () => {
      rows = await make();
      state = rowsAppState(rows, () => ["log"]);
    });
    const increment = (on: AppState) =>
      on.update<{ n: number }>("count", (found) => ({ value: { n: (found?.n ?? 0) + 1 } }));

    it("loses no update, within a process and between two", async () => {
      const other = rowsAppState(rows, () => ["log"]);
      await Promise.all(Array.from({ length: 12 }, (_, index) => increment(index % 2 === 0 ? state : other)));
      expect(await state.read("count")).toEqual({ n: 12 });
    });

    it("is written in one transaction with its alerts, and not at all if nothing changes", async () => {
      const raised = alert("Drawbridge.BreakerOpened", "breaker/x", {
        version: "1",
        time: "2026-11-24T08:00:00Z",
        data: {},
      });
      await state.update("breaker-x", () => ({ value: { open: true }, alerts: [raised] }));
      expect(await state.update("breaker-x", () => undefined)).toEqual({ open: true });
      expect(await rowsOutbox(rows).undelivered("app")).toMatchObject([
        { alert: { id: raised.id }, sink: "log" },
      ]);
    });

    it("removes a row that is done with, and leaves one that was changed in the meantime", async () => {
      await increment(state);
      await state.remove<{ n: number }>("count", ({ n }) => n > 1);
      expect(await state.read("count")).toEqual({ n: 1 });
      let isFirst = true;
      const read: Rows["read"] = async (key) => {
        const found = await rows.read(key);
        if (isFirst) await increment(state);
        isFirst = false;
        return found;
      };
      const other = rowsAppState({ ...rows, read }, () => ["log"]);
      await other.remove<{ n: number }>("count", ({ n }) => n === 1);
      expect(await state.read("count")).toEqual({ n: 2 });
      await other.remove<{ n: number }>("count", ({ n }) => n === 2);
      await other.remove("count", () => true);
      expect(await state.read("count")).toBeUndefined();
    });

    it("rethrows the error of an update, and accepts the next one", async () => {
      const failing = state.update("count", () => {
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await increment(state)).toEqual({ n: 1 });
    });
  });

  describe(`digests ${name}`, () => {
    let digests: Digests;
    beforeEach(async () => {
      digests = rowsDigests(await make());
    });

    it("are added in batches, and an existing one stays as it is", async () => {
      const ids = Array.from({ length: 250 }, (_, index) => serviceId(`apim-${index}`));
      const first = serviceId("apim-0");
      await digests.add([{ id: first, seen: "mine" }]);
      await digests.add(ids.map((id) => ({ id, seen: "none" })));
      const all = await digests.all();
      expect(all.size).toBe(250);
      expect(all.get(digests.keyOf(first))).toEqual({ seen: "mine" });
      expect([...all.values()].filter(({ seen }) => seen === "none")).toHaveLength(249);
    });

    it("store when a service was read, and that it is gone until it is read again", async () => {
      const id = serviceId("apim");
      const key = digests.keyOf(id);
      const at = "2026-11-24T08:00:00Z";
      await digests.read(id, { readAt: at, goneSince: at });
      expect((await digests.all()).get(key)).toEqual({ seen: "", readAt: at, goneSince: at });
      await Promise.all([digests.markCurrent(id, "a", undefined), digests.read(id, { readAt: at })]);
      expect((await digests.all()).get(key)).toEqual({ seen: "a", readAt: at });
      expect((await digests.service(key))?.text).toBe(id.text);
      await digests.forget(id);
      await digests.forget(id);
      expect(await digests.service(key)).toBeUndefined();
    });

    it("are not marked as current by a result from before they were invalidated", async () => {
      const id = serviceId("apim");
      const key = digests.keyOf(id);
      await digests.add([{ id, seen: "a" }]);
      await digests.invalidate(id);
      await digests.markCurrent(id, "a", undefined);
      expect((await digests.all()).get(key)).toEqual({ seen: "", doubts: 1 });
      await digests.markCurrent(id, "a", 1);
      expect((await digests.all()).get(key)).toEqual({ seen: "a", doubts: 1 });
    });

    it("keep when their services were adopted and read while they are invalidated", async () => {
      const id = serviceId("apim");
      const [adoptedAt, readAt] = ["2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z"];
      await digests.invalidate(id, adoptedAt);
      await digests.read(id, { readAt });
      await digests.invalidate(id);
      const digest = { seen: "", doubts: 2, adoptedAt, readAt };
      expect((await digests.all()).get(digests.keyOf(id))).toEqual(digest);
    });

    it("can be invalidated before they exist, and the first inventory does not mark them as current", async () => {
      const id = serviceId("apim");
      await digests.invalidate(id);
      await digests.add([{ id, seen: "none" }]);
      expect((await digests.all()).get(digests.keyOf(id))).toEqual({ seen: "", doubts: 1 });
    });
  });
}

function serviceId(name: string): ServiceId {
  const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
  const id = parseServiceId(`${group}/providers/Microsoft.ApiManagement/service/${name}`);
  if (id === undefined) throw new Error(`${name} makes no id`);
  return id;
}
