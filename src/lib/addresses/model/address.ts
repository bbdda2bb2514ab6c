import { parseRange, type IpRange } from "../../policy/values/ip-range.ts";

/**
 * An IPv4 or IPv6 address or prefix in canonical form, so that two answers can be compared: IPv6 as in RFC 5952, a
 * prefix by its network, and a prefix of one address as that address. Undefined for anything else.
 */
export function canonicalAddress(text: string): string | undefined {
  const range = text.includes("-") ? undefined : parseRange(text.trim());
  return range && printed(range);
}

/**
 * Addresses as a set: canonical, sorted, without duplicates. Undefined if one of them is not an address: the set is
 * then unknown.
 */
export function addressSet(texts: readonly string[]): readonly string[] | undefined {
  const addresses = texts.map(canonicalAddress);
  return addresses.every((each) => each !== undefined)
    ? [...new Set(addresses)].toSorted(byNumber)
    : undefined;
}

export function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

/** The elements of `one` that are not in `other`. */
export function without(one: readonly string[], other: readonly string[]): readonly string[] {
  return one.filter((each) => !other.includes(each));
}

function printed(range: IpRange): string {
  const size = range.family === 4 ? BigInt(range.to - range.from + 1) : range.to - range.from + 1n;
  const bits = (range.family === 4 ? 32 : 128) - (size.toString(2).length - 1);
  const address = range.family === 4 ? printV4(range.from) : printV6(range.from);
  return size === 1n ? address : `${address}/${bits}`;
}

function printV4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** The longest run of zero groups (the first of equally long ones) becomes `::`. A single zero group stays. */
function printV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - index * 16)) & 0xffffn);
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== 0n);
    return (end < 0 ? groups.length : end) - start;
  });
  const longest = Math.max(...runs);
  const hex = (part: readonly bigint[]) => part.map((group) => group.toString(16)).join(":");
  if (longest < 2) return hex(groups);
  const at = runs.indexOf(longest);
  return `${hex(groups.slice(0, at))}::${hex(groups.slice(at + longest))}`;
}

/** The order of two addresses that are not equal. */
function byNumber(one: string, other: string): number {
  const [a, b] = [parseRange(one), parseRange(other)];
  if (a === undefined || b === undefined || a.family !== b.family) return (a?.family ?? 0) - (b?.family ?? 0);
  const difference = BigInt(a.from) - BigInt(b.from) || BigInt(a.to) - BigInt(b.to);
  return difference < 0n ? -1 : 1;
}
