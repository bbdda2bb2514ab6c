import { parseRange, type IpRange } from "./ip-range.ts";

/** The network of a CIDR that has host bits set: `10.0.0.0/8` for `10.20.30.0/8`. Undefined for all other text. */
export function networkOf(text: string): string | undefined {
  const slash = text.indexOf("/");
  const [whole, address] = [parseRange(text), parseRange(text.slice(0, Math.max(0, slash)))];
  if (whole === undefined || address === undefined || whole.from === address.from) return undefined;
  return `${printStart(whole)}${text.slice(slash)}`;
}

function printStart(range: IpRange): string {
  return range.family === 4 ? printV4(range.from) : printV6(range.from);
}

function printV4(value: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join(".");
}

/** Writes the longest run of at least two zero groups as `::` (RFC 5952). */
function printV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== "0");
    return (end < 0 ? 8 : end) - start;
  });
  const longest = Math.max(...runs);
  if (longest < 2) return groups.join(":");
  const start = runs.indexOf(longest);
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + longest).join(":")}`;
}
