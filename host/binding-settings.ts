import type { QueueConnection } from "./queue.ts";

/** Replaces each `%NAME%` in a binding with the setting of that name. Throws if the setting is missing. */
export function resolve(text: string): string {
  return text.replaceAll(/%(\w+)%/g, (_, name: string) => setting(name));
}

/** The connection that a binding names: a connection string, or a queue endpoint and the identity that may use it. */
export function connectionOf(name: unknown): QueueConnection {
  const prefix = String(name);
  const queueServiceUri = process.env[`${prefix}__queueServiceUri`];
  if (queueServiceUri === undefined) return { connectionString: setting(prefix) };
  const clientId = process.env[`${prefix}__clientId`];
  return { queueServiceUri, ...(clientId === undefined ? {} : { clientId }) };
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`a binding refers to the setting ${name}, which is missing`);
  return value;
}
