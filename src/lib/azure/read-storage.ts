import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import { unknownReason } from "./errors.ts";

/**
 * What a call of Azure Storage answers; unknown where it does not answer. Rejects with any other error: it is a bug.
 */
export async function readStorage<T>(call: Promise<T>): Promise<Read<T>> {
  try {
    return knownRead(await call);
  } catch (error) {
    return unknownRead(unknownReason(error));
  }
}
