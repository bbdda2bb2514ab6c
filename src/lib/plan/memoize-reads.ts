import type { FactReads } from "../connections/azure-connections.ts";
import type { Read } from "../estate/read.ts";
import { isTransient } from "../policy/values/unknown-reason.ts";

/**
 * Reads that are made once and then remembered, so that every policy is evaluated on the same facts. What could not be
 * read for a transient reason is read again.
 */
export function memoizeReads(azure: FactReads): FactReads {
  const found = new Map<string, Promise<Read<unknown>>>();
  const once = <T>(
    key: string,
    read: () => Promise<Read<T>>,
    isWhole: (value: T) => boolean = () => true,
  ): Promise<Read<T>> => {
    const known = found.get(key);
    if (known !== undefined) return known as Promise<Read<T>>;
    const reading = read().then((answer) => {
      const isFinal = answer.kind === "known" ? isWhole(answer.value) : !isTransient(answer.reason);
      if (!isFinal) found.delete(key);
      return answer;
    });
    found.set(key, reading);
    return reading;
  };
  return {
    service: (id) =>
      once(
        `service ${id.text}`,
        () => azure.service(id),
        ({ connections }) => connections.kind === "known",
      ),
    endpoint: (id) => once(`endpoint ${id.text}`, () => azure.endpoint(id)),
    network: (id) => once(`network ${id.text}`, () => azure.network(id)),
    subscriptions: (ids, fresh) =>
      once(`subscriptions ${String(fresh)} ${String(ids)}`, () => azure.subscriptions(ids, fresh)),
  };
}
