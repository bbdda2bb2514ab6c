import { BlockList, isIP } from "node:net";

/** Where the sinks of alerts may be. */
export interface Reach {
  /** Whether an IP address may be connected to. */
  readonly allows: (address: string) => boolean;
  /** Whether connections without TLS are allowed. */
  readonly plain: boolean;
}

/**
 * The addresses of this machine, its network and the clouds' metadata endpoints, and those that no host on the internet
 * has (the special-purpose registries of RFC 6890; 168.63.129.16 is Azure's own virtual address of a host).
 */
const ipv4Inside = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** The same, and the prefixes that embed an IPv4 address, which might be one of those. */
const ipv6Inside = [
  ["::", 96],
  ["::ffff:0:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const;

const inside = new BlockList();
for (const [address, prefix] of ipv4Inside) inside.addSubnet(address, prefix, "ipv4");
for (const [address, prefix] of ipv6Inside) inside.addSubnet(address, prefix, "ipv6");

/** `::ffff:a.b.c.d` counts as the IPv4 address that it contains. Text that is not an address counts as inside. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  return family === 0 || address.includes("%") || inside.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Only addresses outside the app's own network. */
export const outside: Reach = { allows: (address) => !isInside(address), plain: false };

/** On a laptop and in tests, where the sinks are on the same machine. */
export const anywhere: Reach = { allows: () => true, plain: true };
