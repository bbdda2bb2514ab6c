import { lookup } from "node:dns";
import { request as overHttp, type IncomingMessage } from "node:http";
import { request as overHttps } from "node:https";
import { isIP } from "node:net";
import { DeliveryError } from "../sink.ts";
import type { Reach } from "./reach.ts";

export interface Answer {
  readonly status: number;
  /** The beginning of it; a sink's answer is short. */
  readonly body: string;
}

const timeoutMs = 10_000;
const bodyMax = 4_096;

/**
 * One POST to a URL of the configuration. It follows no redirect and never connects to an address out of reach,
 * whatever a name resolves to.
 * @throws {DeliveryError} if there is no answer, or one that is not 2xx
 */
export async function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  reach: Reach,
): Promise<Answer> {
  const answer = await send(url, body, headers, reach).catch((error: unknown) => {
    throw error instanceof DeliveryError ? error : new DeliveryError(codeOf(error));
  });
  const { statusCode: status = 0 } = answer;
  const text = await textOf(answer);
  if (status >= 200 && status < 300) return { status, body: text };
  const seconds = Number(answer.headers["retry-after"]);
  throw new DeliveryError(`it answers ${status}`, Number.isFinite(seconds) ? seconds * 1_000 : undefined);
}

function send(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  reach: Reach,
): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      signal,
      lookup: within(reach),
    };
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && !reach.allows(host)) return reject(outOfReach());
    if (url.protocol !== "https:" && !reach.plain) return reject(new DeliveryError("its URL is not https"));
    const sent = (url.protocol === "https:" ? overHttps : overHttp)(url, options, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

/**
 * Checks what a name resolves to at the time of connecting, since an earlier lookup may have returned other addresses.
 */
function within(reach: Reach): typeof lookup {
  const guarded = (
    hostname: string,
    options: object,
    done: (error: Error | null, address?: unknown, family?: number) => void,
  ) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error);
      if (!found.every(({ address }) => reach.allows(address))) return done(outOfReach());
      const [first] = found;
      if ("all" in options && options.all === true) return done(null, found);
      return done(null, first?.address, first?.family);
    });
  };
  return guarded as typeof lookup;
}

function outOfReach(): DeliveryError {
  return new DeliveryError("its address is inside the network");
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.length > bodyMax) break;
    }
  } catch (error) {
    throw new DeliveryError(codeOf(error));
  }
  return text.slice(0, bodyMax);
}

/** The error code of a socket or a timer, without the URL, which may contain a secret. */
function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && /^[A-Z_]{1,60}$/.test(String(error.code)))
    return String(error.code);
  return error instanceof Error ? error.name : "no answer";
}
