import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A network of its own for the app: what is not on its one wire does not exist, and names are what we say they are. */
export interface Network {
  /** What is put before a command, so that it runs on the app's side. */
  readonly enter: readonly string[];
  /** The app's address, as seen from here. */
  readonly app: string;
  /** Addresses outside, as the app sees them; whoever listens on them listens here. */
  readonly outside: readonly [azure: string, table: string, queue: string, blob: string];
  /** Gives names to addresses, for the app alone. */
  name(hosts: Readonly<Record<string, string>>): void;
  stop(): void;
}

/** Why no network can be made here; undefined where it can. */
export function whyNoNetwork(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  try {
    ip("netns", "list");
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return undefined;
  } catch (error) {
    return `ip (iproute2) or openssl does not work: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Two ends of a wire: ours, with four addresses, and the app's, in a namespace. The addresses are of TEST-NET-3 (RFC 5737):
 * nobody has them, and they are outside for everybody.
 */
export function makeNetwork(): Network {
  const id = `drawbridge-${process.pid}`;
  const [ours, theirs] = [`db${process.pid}a`, `db${process.pid}b`];
  const base = freeBlock() * 16;
  const address = (index: number) => `203.0.113.${base + index}`;
  const outside = [address(2), address(3), address(4), address(5)] as const;
  const folder = join("/etc/netns", id);
  const network: Network = {
    enter: ["ip", "netns", "exec", id],
    app: address(1),
    outside,
    name: (hosts) => {
      const lines = Object.entries({ localhost: "127.0.0.1", ...hosts }).map(([name, to]) => `${to} ${name}`);
      // `ip netns exec` lays it over /etc/hosts.
      writeFileSync(join(folder, "hosts"), `${lines.join("\n")}\n`);
    },
    stop: () => {
      // The wire goes with the namespace.
      ip("netns", "del", id);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  ip("netns", "add", id);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "resolv.conf"), "");
    ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", id);
    for (const each of outside) ip("addr", "add", `${each}/28`, "dev", ours);
    ip("link", "set", ours, "up");
    ip("-n", id, "addr", "add", `${network.app}/28`, "dev", theirs);
    for (const device of [theirs, "lo"]) ip("-n", id, "link", "set", device, "up");
    return network;
  } catch (error) {
    network.stop();
    throw error;
  }
}

/** Of the sixteen blocks of the test network one that no other run on this machine uses. */
function freeBlock(): number {
  const used = new Set(
    [...ip("-4", "-o", "addr").matchAll(/203\.0\.113\.(\d+)/g)].map(([, last]) => Number(last) >> 4),
  );
  const free = Array.from({ length: 16 }, (_, block) => block).find((block) => !used.has(block));
  if (free === undefined) throw new Error("sixteen networks of tests are there already; see ip netns list");
  return free;
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
