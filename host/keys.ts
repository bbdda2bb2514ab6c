import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * The keys of a function app: the master key gives access to everything, the function key to functions of the level
 * `function`.
 */
export interface Keys {
  readonly master: string;
  readonly function: string;
}

/** Whether a request may call a function of this level. The key is in `x-functions-key` or in `?code=`. */
export function allows(
  level: string,
  request: { readonly raw: IncomingMessage; readonly url: URL },
  keys: Keys,
): boolean {
  if (level === "anonymous") return true;
  const header = request.raw.headers["x-functions-key"];
  const given = typeof header === "string" ? header : (request.url.searchParams.get("code") ?? "");
  return same(given, keys.master) || (level === "function" && same(given, keys.function));
}

/** Compares hashes, so that the duration reveals nothing about the key. */
function same(left: string, right: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
}
