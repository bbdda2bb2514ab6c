import { lookup } from "node:dns";
import { request as overHttp, type IncomingMessage } from "node:http";
import { request as overHttps } from "node:https";
import { BlockList, isIP } from "node:net";
import { NotTaken } from "../sink.ts";

export interface Answer {
  readonly status: number;
  /** The beginning of it; a sink's answer is short. */
  readonly body: string;
}

const timeoutMs = 10_000;
const bodyMax = 4_096;

/** Where no sink is: this machine, its neighbours, and what clouds tell their machines about themselves. */
const inside = new BlockList();
for (const [address, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  inside.addSubnet(address, prefix, "ipv4");
for (const [address, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["::ffff:0:0", 96],
] as const)
  inside.addSubnet(address, prefix, "ipv6");

export function isInside(address: string): boolean {
  return inside.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/**
 * One POST to a URL of the configuration: no redirect is followed, and no address inside is spoken to, whatever a name
 * resolves to; over http only to this machine, as in tests and on laptops. `local` allows that.
 * @throws {NotTaken} where no answer came, or one that is not 2xx
 */
export async function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  local: boolean,
): Promise<Answer> {
  const answer = await send(url, body, headers, local).catch((error: unknown) => {
    throw error instanceof NotTaken ? error : new NotTaken(codeOf(error));
  });
  const { statusCode: status = 0 } = answer;
  const text = await textOf(answer);
  if (status >= 200 && status < 300) return { status, body: text };
  const seconds = Number(answer.headers["retry-after"]);
  throw new NotTaken(`it answers ${status}`, Number.isFinite(seconds) ? seconds * 1_000 : undefined);
}

function send(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  local: boolean,
): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      signal,
      lookup: local ? lookup : outsideOnly,
    };
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (!local && isIP(host) !== 0 && isInside(host))
      return reject(new NotTaken("its address is inside the network"));
    const sent = (url.protocol === "https:" ? overHttps : overHttp)(url, options, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A name that resolves to an address inside is refused when it is connected to: what it resolved to before says nothing. */
const outsideOnly: typeof lookup = ((
  hostname: string,
  options: object,
  done: (error: Error | null, address?: unknown, family?: number) => void,
) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error);
    if (found.some(({ address }) => isInside(address)))
      return done(new NotTaken("its address is inside the network"));
    const [first] = found;
    if ("all" in options && options.all === true) return done(null, found);
    return done(null, first?.address, first?.family);
  });
}) as typeof lookup;

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.length > bodyMax) break;
    }
  } catch (error) {
    throw new NotTaken(codeOf(error));
  }
  return text.slice(0, bodyMax);
}

/** What a socket or a timer says, without the URL: that may hold a secret. */
function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && /^[A-Z_]{1,60}$/.test(String(error.code)))
    return String(error.code);
  return error instanceof Error ? error.name : "no answer";
}
