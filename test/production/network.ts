import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A network for the app alone: it reaches only the other end of one link, and resolves only the names in its hosts
 * file.
 */
export interface Network {
  /** The prefix of a command that runs in the app's network. */
  readonly enter: readonly string[];
  /** The app's address. */
  readonly app: string;
  /** Addresses outside the app's network. Servers of this process listen on them. */
  readonly outside: readonly [azure: string, table: string, queue: string, blob: string];
  /** Defines host names for the app. */
  name(hosts: Readonly<Record<string, string>>): void;
  stop(): void;
}

/** Why this machine cannot create a network; undefined if it can. */
export function networkProblem(): string | undefined {
  if (process.platform !== "linux") return "network namespaces need Linux";
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
 * Creates a link with two ends: ours, with four addresses, and the app's, in a network namespace. The addresses are
 * from TEST-NET-3 (RFC 5737): they are assigned to nobody, and are not private.
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
      // `ip netns exec` mounts this file over /etc/hosts.
      writeFileSync(join(folder, "hosts"), `${lines.join("\n")}\n`);
    },
    stop: () => {
      // The link is deleted with the namespace.
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

/** One of the sixteen blocks of the test network that no other run on this machine uses. */
function freeBlock(): number {
  const used = new Set(
    [...ip("-4", "-o", "addr").matchAll(/203\.0\.113\.(\d+)/g)].map(([, last]) => Number(last) >> 4),
  );
  const free = Array.from({ length: 16 }, (_, block) => block).find((block) => !used.has(block));
  if (free === undefined) throw new Error("all sixteen test networks are in use; see ip netns list");
  return free;
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
