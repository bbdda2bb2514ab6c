import { addressesContract } from "./addresses.contract.ts";
import { appStateContract } from "./app-state.contract.ts";
import { entriesContract } from "./entries.contract.ts";
import { ledgerContract } from "./ledger.contract.ts";
import { writeLockContract } from "./write-lock.contract.ts";
import { memoryRows } from "./memory-rows.ts";
import { oldRecordsContract } from "./records-to-archive.contract.ts";
import { rowsContract } from "./rows.contract.ts";

const make = () => Promise.resolve(memoryRows());
rowsContract("in memory", make);
ledgerContract("in memory", make);
writeLockContract("in memory", make);
entriesContract("in memory", make);
appStateContract("in memory", make);
addressesContract("in memory", make);
oldRecordsContract("in memory", make);
