import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../test/property-runs.ts";
import type { Json } from "../json.ts";
import { addressesContract } from "./addresses.contract.ts";
import { oldAlertsContract } from "./alerts-to-archive.contract.ts";
import { appStateContract } from "./app-state.contract.ts";
import { oldChangesContract } from "./changes-to-archive.contract.ts";
import { entriesContract } from "./entries.contract.ts";
import { goneConnectionsContract } from "./gone-to-archive.contract.ts";
import { ledgerContract } from "./ledger.contract.ts";
import { writeLockContract } from "./write-lock.contract.ts";
import { listedContract } from "./connection-list.contract.ts";
import { listingsContract } from "./listings.contract.ts";
import { memoryRows } from "./memory-rows.ts";
import { oldRecordsContract } from "./records-to-archive.contract.ts";
import { toEntity, fromEntity } from "./entity.ts";
import { rowsContract } from "./rows.contract.ts";
import { cachedHeadsContract } from "./cached-heads.contract.ts";

const make = () => Promise.resolve(memoryRows());
rowsContract("in memory", make);
ledgerContract("in memory", make);
writeLockContract("in memory", make);
cachedHeadsContract("in memory", make);
entriesContract("in memory", make);
appStateContract("in memory", make);
addressesContract("in memory", make);
oldRecordsContract("in memory", make);
goneConnectionsContract("in memory", make);
oldChangesContract("in memory", make);
oldAlertsContract("in memory", make);
listingsContract("in memory", make);
listedContract("in memory", make);

it("gives back what the table would, without packing it", async () => {
  const names = fc.stringMatching(/^[a-z]{1,8}$/);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, fc.jsonValue()), async (value) => {
      const rows = memoryRows();
      await rows.commit("p", [{ kind: "insert", row: "r", value: value as Record<string, Json> }]);
      const found = await rows.read({ partition: "p", row: "r" });
      expect(found?.value).toEqual(fromEntity(toEntity(value as Record<string, Json>)));
    }),
    runs,
  );
});
