/** An inclusive range of addresses of one family: numbers for IPv4, bigints for IPv6. */
export type IpRange =
  | { readonly family: 4; readonly from: number; readonly to: number }
  | { readonly family: 6; readonly from: bigint; readonly to: bigint };

/**
 * Whether a range contains another; each is an address, a CIDR or `start-end`, IPv4 or IPv6.
 * Undefined for invalid text and for different families.
 */
export function ipRangeContains(range: string, target: string): boolean | undefined {
  const [outer, inner] = [parseRange(range), parseRange(target)];
  return outer === undefined || inner === undefined ? undefined : rangeHolds(outer, inner);
}

/** Whether one range contains another; undefined for different families. */
export function rangeHolds(outer: IpRange, inner: IpRange): boolean | undefined {
  return outer.family === inner.family ? outer.from <= inner.from && inner.to <= outer.to : undefined;
}

export function parseRange(text: string): IpRange | undefined {
  const slash = text.indexOf("/");
  if (slash > 0) return parseCidr(text, slash);
  const dash = text.indexOf("-");
  if (dash > 0) return parseSpan(...aroundDash(text, dash));
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const { family, value } = address;
  return { family, from: value, to: value } as IpRange;
}

/** The texts before and after a dash, which may have a space on each side. */
function aroundDash(text: string, dash: number): [string, string] {
  const end = text[dash - 1] === " " ? dash - 1 : dash;
  return [text.slice(0, end), text.slice(text[dash + 1] === " " ? dash + 2 : dash + 1)];
}

function parseSpan(start: string, end: string): IpRange | undefined {
  const [from, to] = [parseAddress(start), parseAddress(end)];
  if (from === undefined || to === undefined || from.value > to.value) return undefined;
  if (from.family === 4 && to.family === 4) return { family: 4, from: from.value, to: to.value };
  if (from.family === 6 && to.family === 6) return { family: 6, from: from.value, to: to.value };
  return undefined;
}

function parseCidr(text: string, slash: number): IpRange | undefined {
  const address = parseAddress(text, slash);
  const length = parsePrefixLength(text, slash + 1);
  if (address === undefined || length === undefined) return undefined;
  if (length > (address.family === 4 ? 32 : 128)) return undefined;
  if (address.family === 4) {
    const size = 2 ** (32 - length);
    const from = Math.floor(address.value / size) * size;
    return { family: 4, from, to: from + size - 1 };
  }
  const size = 1n << BigInt(128 - length);
  const from = (address.value / size) * size;
  return { family: 6, from, to: from + size - 1n };
}

/** A number of up to three digits. Without leading zeros: some parsers read "/016" as 16, others as 14. */
function parsePrefixLength(text: string, start: number): number | undefined {
  const digits = text.length - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text[start] === "0")) return undefined;
  let length = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return undefined;
    length = length * 10 + (code - 48);
  }
  return length;
}

type Address =
  { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

/** Parses the text up to an end, without cutting it out. */
function parseAddress(text: string, end = text.length): Address | undefined {
  if (text.includes(":")) {
    const value = parseV6(text.slice(0, end));
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = parseV4(text, end);
  return value === undefined ? undefined : { family: 4, value };
}

/** Parses four numbers up to 255 without a regular expression, since every subnet of every review is parsed here. */
function parseV4(text: string, end: number): number | undefined {
  let [value, part, digits, dots] = [0, 0, 0, 0];
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (digits === 0) return undefined;
      value = value * 256 + part;
      dots++;
      part = digits = 0;
    } else {
      // Leading zeros are refused, because some parsers read them as octal.
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + (code - 48);
      digits++;
      if (part > 255) return undefined;
    }
  }
  return dots === 3 && digits > 0 ? value * 256 + part : undefined;
}

function parseV6(text: string): bigint | undefined {
  const [head = "", tail, ...rest] = text.split("::");
  if (rest.length > 0) return undefined;
  // An IPv4 suffix is the last 32 bits, so it is allowed only at the end of the address.
  const front = groupsOf(head, tail === undefined);
  const back = tail === undefined ? [] : groupsOf(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...front, ...Array.from({ length: missing }, () => 0n), ...back];
  return groups.reduce((value, group) => value * 65_536n + group, 0n);
}

/** Groups of 16 bits. At the end of an address the last part may be an IPv4 address, which makes two groups. */
function groupsOf(text: string, endsAddress: boolean): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const mayBeV4 = endsAddress && index === parts.length - 1 && part.includes(".");
    const mapped = mayBeV4 ? parseV4(part, part.length) : undefined;
    if (mapped !== undefined) groups.push(BigInt(mapped) >> 16n, BigInt(mapped) & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
