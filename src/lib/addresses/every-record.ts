import { pageMax } from "../page.ts";
import type { AddressRecord, Baselines } from "./model/baseline.ts";

/** The address records of every resource, read page by page. */
export async function* everyRecord({ list }: Pick<Baselines, "list">): AsyncGenerator<AddressRecord> {
  let continuation: string | undefined;
  do {
    const page = await list({}, { top: pageMax, ...(continuation === undefined ? {} : { continuation }) });
    yield* page.items;
    ({ continuation } = page);
  } while (continuation !== undefined);
}
