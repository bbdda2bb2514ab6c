import fc from "fast-check";
import { isInside } from "../../src/lib/alerts/sinks/reach.ts";
import { readAlerts } from "../../src/lib/config/read-alerts.ts";
import { target, texts, type Target } from "./target.ts";

/** Networks inside, as 32 bits and the length of their prefix. */
const networks = [
  [0x7f_00_00_00, 8],
  [0x0a_00_00_00, 8],
  [0xac_10_00_00, 12],
  [0xc0_a8_00_00, 16],
  [0xa9_fe_00_00, 16],
  [0x64_40_00_00, 10],
  [0x00_00_00_00, 8],
] as const;

/** An IPv4 address inside. */
const inside = fc
  .tuple(fc.constantFrom(...networks), fc.nat({ max: 0xff_ff_ff_ff }))
  .map(([[network, bits], host]) => (network | (host & (0xff_ff_ff_ff >>> bits))) >>> 0);

const octets = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
const bases: readonly ((part: number) => string)[] = [
  (part) => String(part),
  (part) => `0x${part.toString(16)}`,
  (part) => `0X${part.toString(16).toUpperCase()}`,
  (part) => `0${part.toString(8)}`,
  (part) => `0000${part.toString(8)}`,
];
/** Spellings that a URL's parser takes for the same IPv4 address: parts in other bases, and fewer parts than four. */
const numbers = fc
  .tuple(
    inside,
    fc.integer({ min: 1, max: 4 }),
    fc.array(fc.nat({ max: bases.length - 1 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([address, count, chosen]) => {
    const head = octets(address).slice(0, count - 1);
    const rest = address % 2 ** (8 * (5 - count));
    return [...head, rest].map((part, index) => (bases[chosen[index] ?? 0] ?? String)(part)).join(".");
  });
const hex = (address: number, from: number) => ((address >>> from) & 0xff_ff).toString(16);
/** IPv6 addresses that stand for an IPv4 address, or that reach it through a gateway. */
const embedded = fc
  .tuple(
    inside,
    fc.constantFrom<(address: number) => string>(
      (address) => `::ffff:${octets(address).join(".")}`,
      (address) => `::ffff:${hex(address, 16)}:${hex(address, 0)}`,
      (address) => `::FFFF:${hex(address, 16)}:${hex(address, 0)}`,
      (address) => `::ffff:0:${hex(address, 16)}:${hex(address, 0)}`,
      (address) => `::${octets(address).join(".")}`,
      (address) => `64:ff9b::${octets(address).join(".")}`,
      (address) => `2002:${hex(address, 16)}:${hex(address, 0)}::1`,
      (address) => `0:0:0:0:0:ffff:${hex(address, 16)}:${hex(address, 0)}`,
      (address) => `fe80::${hex(address, 0)}`,
      (address) => `fd00::${hex(address, 0)}`,
    ),
  )
  .map(([address, write]) => `[${write(address)}]`);

/** Other digits, dots and encodings that a URL's parser takes for the plain ones. */
const disguises: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${text}.`,
  (text) => text.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (text) => text.replaceAll(".", "。"),
  (text) => text.replaceAll(/\d/g, (digit) => `%3${digit}`),
  (text) => `\u00ad${text}`,
  (text) => `${text.slice(0, 1)}\t\n${text.slice(1)}`,
];
const hosts = fc
  .tuple(fc.oneof(numbers, embedded), fc.constantFrom(...disguises))
  .map(([host, disguise]) => (host.startsWith("[") ? host : disguise(host)));
const surroundings = fc.constantFrom<(host: string) => string>(
  (host) => `https://${host}/hook`,
  (host) => `https:\\\\${host}\\hook`,
  (host) => `https:/${host}/hook`,
  (host) => `https:${host}/hook`,
  (host) => ` \u0000https://${host}/hook `,
  (host) => `HTTPS://${host}:8443/hook?x=hooks.contoso.example`,
  (host) => `https://hooks.contoso.example@${host}/hook`,
  (host) => `https://${host}#@hooks.contoso.example/`,
  (host) => `https://${host}\\@hooks.contoso.example/`,
);

/** Whether the settings refuse a webhook's URL. */
function isRefused(url: string): boolean {
  const problems: string[] = [];
  const values = { DRAWBRIDGE_ALERT_WEBHOOK_URL: url, DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "x".repeat(16) };
  readAlerts(new Map(Object.entries(values)), new Map(), problems);
  // A short text may be in a problem by chance.
  if (url.trim().length > 20 && problems.some((problem) => problem.includes(url)))
    throw new Error("a problem repeats the URL, which may hold a secret");
  return problems.length > 0;
}

export const webhookTargets: Readonly<Record<string, Target>> = {
  /** An address inside is refused by the settings, or known as one inside, however it is spelled. */
  disguised: target(fc.tuple(hosts, surroundings), ([host, around]) => {
    const url = around(host);
    return isRefused(url) || isInside(new URL(url).hostname.replaceAll(/^\[|\]$/g, ""));
  }),
  /** What the settings accept is https, names nobody, and stays so when it is parsed again. */
  webhooks: target(
    fc.oneof(
      texts,
      texts.map((text) => `https://${text}`),
    ),
    (text) => {
      if (isRefused(text)) return true;
      const url = new URL(text);
      const again = new URL(url.href);
      return url.protocol === "https:" && url.username + url.password === "" && again.host === url.host;
    },
  ),
};
