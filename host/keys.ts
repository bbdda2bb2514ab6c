import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Like the keys of a function app: the master key opens everything, the function key what asks for one. */
export interface Keys {
  readonly master: string;
  readonly function: string;
}

/** Whether a request may call a function of this level; the key comes in `x-functions-key` or as `?code=`. */
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

/** Compared as hashes, so that the time taken tells nothing of the key. */
function same(left: string, right: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
}
