import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/property-runs.ts";
import { ipRangeContains, parseRange } from "./ip-range.ts";

/**
 * Each is one way of writing a range wrong; beside it stands something that would lie in it, were it read generously.
 */
const refused: readonly (readonly [why: string, range: string, target: string])[] = [
  ["a zero before the prefix length", "10.0.0.0/08", "10.1.2.3"],
  ["two zeros before the prefix length", "10.0.0.0/008", "10.1.2.3"],
  ["a zero before the prefix length of IPv6", "::/01", "::1"],
  ["a zero before the prefix length of the target", "10.0.0.0/8", "10.1.0.0/016"],
  ["a prefix length of nothing but zeros", "0.0.0.0/00", "10.1.2.3"],
  ["a prefix length past the family's end", "10.0.0.0/33", "10.0.0.0"],
  ["a prefix length past the end of IPv6", "::/129", "::"],
  ["a prefix length with a sign", "10.0.0.0/+8", "10.1.2.3"],
  ["a negative prefix length", "10.0.0.0/-8", "10.1.2.3"],
  ["a mask in place of a prefix length", "10.0.0.0/255.0.0.0", "10.1.2.3"],
  ["an empty prefix length", "10.0.0.0/", "10.0.0.0"],
  ["a prefix length with a blank", "10.0.0.0/ 8", "10.1.2.3"],
  ["two prefix lengths", "10.0.0.0/8/8", "10.1.2.3"],
  ["a prefix length of other digits", "10.0.0.0/८", "10.1.2.3"],
  ["IPv4 text before ::", "1.2.3.4::/32", "102:304::1"],
  ["IPv4 text before :: and a group", "1.2.3.4::1", "102:304::1"],
  ["IPv4 text on both sides of ::", "1.2.3.4::5.6.7.8", "102:304::506:708"],
  ["IPv4 text before a group", "::1.2.3.4:5", "::102:304:5"],
  ["IPv4 text in the first groups", "1.2.3.4:5:6:7:8:9:a", "102:304:5:6:7:8:9:a"],
  ["IPv4 text with a leading zero in IPv6", "::ffff:10.0.0.01", "::ffff:10.0.0.1"],
  ["IPv4 text where seven groups stand already", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ["two ::", "1::2::3", "1::2:0:3"],
  [":::", ":::", "::"],
  [":: in place of no group", "1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7:8"],
  ["nine groups", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8"],
  ["seven groups", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:0"],
  ["a group of five digits", "00001::", "1::"],
  ["a group that is empty", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:0"],
  ["a group that is not a number", "::g", "::"],
  ["a zone", "fe80::1%eth0", "fe80::1"],
  ["a zone within a prefix", "fe80::%1/64", "fe80::1"],
  ["brackets", "[::1]", "::1"],
  ["a zero before an octet", "010.0.0.0/8", "10.1.2.3"],
  ["a hexadecimal octet", "0x0a.0.0.0/8", "10.1.2.3"],
  ["three octets", "10.20.0/16", "10.20.1.1"],
  ["five octets", "10.0.0.0.0", "10.0.0.0"],
  ["an octet above 255", "10.300.0.0/16", "10.44.1.1"],
  ["an octet with a sign", "+10.0.0.0/8", "10.1.2.3"],
  ["one number", "167772160", "10.0.0.0"],
  ["a blank before", " 10.0.0.0/8", "10.1.2.3"],
  ["a blank behind", "10.0.0.1 ", "10.0.0.1"],
  ["a line's end", "10.0.0.1\n", "10.0.0.1"],
  ["a tab at the dash", "10.0.0.1\t-10.0.0.9", "10.0.0.1"],
  ["a span from the higher to the lower", "10.0.0.9-10.0.0.1", "10.0.0.5"],
  ["a span of IPv6 from the higher to the lower", "::9-::1", "::5"],
  ["a span of two families", "10.0.0.1-::ffff", "10.0.0.1"],
  ["a span of two families, turned", "::1-10.0.0.1", "::1"],
  ["a span without an end", "10.0.0.1-", "10.0.0.1"],
  ["a span without a start", "-10.0.0.1", "10.0.0.1"],
  ["a span of three", "10.0.0.1-10.0.0.2-10.0.0.3", "10.0.0.1"],
  ["a span of ranges", "10.0.0.0/8-11.0.0.0/8", "10.1.2.3"],
  ["a span to a range", "10.0.0.0-11.0.0.0/8", "10.1.2.3"],
  ["nothing", "", "10.0.0.1"],
];

describe("ipRangeContains", () => {
  it.each(refused)("knows no range with %s: %s", (_, range, target) => {
    expect([range, target].filter((each) => parseRange(each) === undefined)).toHaveLength(1);
    expect(ipRangeContains(range, target)).toBeUndefined();
    expect(ipRangeContains(target, range)).toBeUndefined();
  });

  it.each([
    ["::ffff:10.0.0.0/104", "::ffff:10.9.9.9", true],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["::/0", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", true],
    ["10.0.0.0/24", "10.0.0.0/23", false],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", true],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304", true],
    ["10.0.0.1 - 10.0.0.9", "10.0.0.9", true],
    ["10.0.0.1-10.0.0.1", "10.0.0.1", true],
    ["::1-::ffff", "::0:0:0/128", false],
    ["10.0.0.0/8", "2001:db8::1", undefined],
  ])("of %s and %s is %s", (range, target, expected) => {
    expect(ipRangeContains(range, target)).toBe(expected);
  });

  it("knows what a slow parser knows that asks the platform for addresses, and nothing else", () => {
    let known = 0;
    fc.assert(
      fc.property(rangeLike, (text) => {
        const range = parseRange(text);
        known += range === undefined ? 0 : 1;
        const ends = range === undefined ? undefined : [range.family, BigInt(range.from), BigInt(range.to)];
        expect([text, ends]).toEqual([text, slowRange(text)]);
      }),
      { ...runs, numRuns: runs.numRuns * 10 },
    );
    expect(known).toBeGreaterThan(runs.numRuns);
  });
});

/** Texts near the grammar: valid forms, with a piece now and then put in, doubled or taken out. */
const octet = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 255 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("00", "01", "0x1", "+1", "", "256", "1000") },
);
const v4 = fc
  .oneof(
    { weight: 9, arbitrary: fc.array(octet, { minLength: 4, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(octet, { minLength: 2, maxLength: 6 }) },
  )
  .map((parts) => parts.join("."));
const group = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16)) },
  { weight: 6, arbitrary: fc.constantFrom("0", "0000", "00a", "FFFF") },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom("12345", "g", "-1", ""), v4) },
);
const v6 = fc
  .tuple(
    fc.array(group, { maxLength: 4 }),
    fc.oneof({ weight: 8, arbitrary: fc.constant("::") }, { weight: 1, arbitrary: fc.constantFrom(":", "") }),
    fc.array(group, { maxLength: 4 }),
    fc.option(v4, { nil: undefined, freq: 3 }),
  )
  .map(
    ([front, middle, back, end]) =>
      `${front.join(":")}${middle}${[...back, ...(end === undefined ? [] : [end])].join(":")}`,
  );
const address = fc.oneof(v4, v6);
const noise = fc.constantFrom("%1", " ", "\n", "[", ":", ".", "-", "/");
const addressLike = fc.oneof(
  { weight: 6, arbitrary: address },
  {
    weight: 1,
    arbitrary: fc.tuple(address, fc.nat({ max: 40 }), noise).map(([text, at, put]) => {
      const place = at % (text.length + 1);
      return `${text.slice(0, place)}${put}${text.slice(place)}`;
    }),
  },
);
const length = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 34 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 33, max: 140 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("08", "00", "-1", "+8", "", " 8", "1e1", "8.0") },
);
const rangeLike = fc.oneof(
  addressLike,
  fc.tuple(addressLike, length).map(([text, bits]) => `${text}/${bits}`),
  fc
    .tuple(addressLike, fc.constantFrom("-", " - ", "- ", "--", " -\t", "  -"), addressLike)
    .map((parts) => parts.join("")),
  fc.tuple(v4, v4).map(([from, to]) => `${from}-${to}`),
);

/** Validity by the platform; the value by writing every group out. */
function slowAddress(text: string): [number, number | bigint | undefined, number | bigint | undefined] {
  const family = text.includes("%") ? 0 : isIP(text);
  if (family === 0) return [0, undefined, undefined];
  if (family === 4) {
    const value = text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    return [4, value, value];
  }
  const value = BigInt(`0x${writtenOut(text)}`);
  return [6, value, value];
}

/** An IPv6 address as 32 digits. */
function writtenOut(text: string): string {
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a, b, c, d] = parts.slice(0, 4).map((part) => Number(part).toString(16).padStart(2, "0"));
    return `${a}${b}:${c}${d}`;
  });
  const [head = "", tail] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [front, back] = [groups(head), groups(tail ?? "")];
  const between = Array.from({ length: 8 - front.length - back.length }, () => "0");
  return [...front, ...between, ...back].map((each) => each.padStart(4, "0")).join("");
}

function slowRange(text: string): [number, bigint, bigint] | undefined {
  const cidr = /^([^/]+)\/(\d+)$/.exec(text);
  if (cidr !== null) {
    const [, start = "", bits = ""] = cidr;
    const [family, value] = slowAddress(start);
    const width = family === 4 ? 32 : 128;
    if (value === undefined || String(Number(bits)) !== bits || Number(bits) > width) return undefined;
    const digits = BigInt(value).toString(2).padStart(width, "0").slice(0, Number(bits));
    const [low, high] = ["0", "1"].map((fill) => BigInt(`0b${digits.padEnd(width, fill)}`));
    return low === undefined || high === undefined ? undefined : [family, low, high];
  }
  const [start = "", end, ...more] = text.split("-");
  const [from, to] =
    end === undefined || more.length > 0
      ? [slowAddress(text), slowAddress(text)]
      : [slowAddress(start.replace(/ $/, "")), slowAddress(end.replace(/^ /, ""))];
  if (from[1] === undefined || to[1] === undefined || from[0] !== to[0] || from[1] > to[1]) return undefined;
  return [from[0], BigInt(from[1]), BigInt(to[1])];
}
