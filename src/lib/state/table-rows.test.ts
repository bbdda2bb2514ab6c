import { randomUUID } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { inject } from "vitest";
import { addressesContract } from "./addresses.contract.ts";
import { oldAlertsContract } from "./alerts-to-archive.contract.ts";
import { appStateContract } from "./app-state.contract.ts";
import { oldChangesContract } from "./changes-to-archive.contract.ts";
import { entriesContract } from "./entries.contract.ts";
import { goneConnectionsContract } from "./gone-to-archive.contract.ts";
import { ledgerContract } from "./ledger.contract.ts";
import { listedContract } from "./connection-list.contract.ts";
import { listingsContract } from "./listings.contract.ts";
import { writeLockContract } from "./write-lock.contract.ts";
import { oldRecordsContract } from "./records-to-archive.contract.ts";
import { rowsContract } from "./rows.contract.ts";
import { cachedHeadsContract } from "./cached-heads.contract.ts";
import { tableRows } from "./table-rows.ts";

/** A separate table in Azurite for each test. */
async function make() {
  const name = `t${randomUUID().replaceAll("-", "")}`;
  const client = TableClient.fromConnectionString(inject("storage"), name, { allowInsecureConnection: true });
  await client.createTable();
  return tableRows(() => Promise.resolve(client));
}

rowsContract("in Azurite's tables", make);
ledgerContract("in Azurite's tables", make);
writeLockContract("in Azurite's tables", make);
cachedHeadsContract("in Azurite's tables", make);
entriesContract("in Azurite's tables", make);
appStateContract("in Azurite's tables", make);
addressesContract("in Azurite's tables", make);
oldRecordsContract("in Azurite's tables", make);
goneConnectionsContract("in Azurite's tables", make);
oldChangesContract("in Azurite's tables", make);
oldAlertsContract("in Azurite's tables", make);
listingsContract("in Azurite's tables", make);
listedContract("in Azurite's tables", make);
