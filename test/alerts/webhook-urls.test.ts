import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readAlerts } from "../../src/lib/config/read-alerts.ts";
import { DeliveryError } from "../../src/lib/alerts/sink.ts";
import { anywhere, outside } from "../../src/lib/alerts/sinks/reach.ts";
import { webhookSink } from "../../src/lib/alerts/sinks/webhook.ts";
import { clock, held, receiver, secret } from "./receiver.ts";

/**
 * URLs that lead inside although they do not look like it, from collections of SSRF tricks. Each is refused by the
 * settings or by the sink before it connects; what listens on this machine would see a connection. `PORT` is where it
 * listens.
 */
const tricks: Readonly<Record<string, readonly string[]>> = {
  "other notations of an IPv4 address": [
    "https://127.0.0.1:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f000001:PORT/",
    "https://0X7F000001:PORT/",
    "https://017700000001:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://0177.0000.0000.0001:PORT/",
    "https://0x7f.0x0.0x0.0x1:PORT/",
    "https://0x7f.0.0.01:PORT/",
    "https://127.1:PORT/",
    "https://127.0.1:PORT/",
    "https://127.257:PORT/",
    "https://0:PORT/",
    "https://0.0.0.0:PORT/",
    "https://127.255.255.254:PORT/",
    "https://169.254.169.254/metadata/instance",
    "https://2852039166/metadata/instance",
    "https://0xa9fea9fe/metadata/instance",
    "https://168.63.129.16/machine",
  ],
  "IPv6 addresses that stand for an IPv4 address, or have a zone": [
    "https://[::1]:PORT/",
    "https://[0:0:0:0:0:0:0:1]:PORT/",
    "https://[::]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[0:0:0:0:0:FFFF:7F00:0001]:PORT/",
    "https://[::127.0.0.1]:PORT/",
    "https://[::ffff:0:127.0.0.1]:PORT/",
    "https://[64:ff9b::127.0.0.1]:PORT/",
    "https://[64:ff9b:1::7f00:1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://[2001:0:7f00:1::]:PORT/",
    "https://[fe80::1]:PORT/",
    "https://[fe80::1%25lo]:PORT/",
    "https://[::1%25lo]:PORT/",
    "https://[fd00:ec2::254]/latest/meta-data",
    "https://[::1.]:PORT/",
  ],
  "names of this machine": [
    "https://localhost:PORT/",
    "https://localhost.:PORT/",
    "https://LOCALHOST:PORT/",
    "https://loc%61lhost:PORT/",
    "https://ｌｏｃａｌｈｏｓｔ:PORT/",
    "https://local\u00adhost:PORT/",
    "https://a.localhost:PORT/",
  ],
  "disguised digits, dots and ends": [
    "https://127.0.0.1.:PORT/",
    "https://127。0。0。1:PORT/",
    "https://127．0．0．1:PORT/",
    "https://①②⑦.⓪.⓪.①:PORT/",
    "https://１２７.0.0.1:PORT/",
    "https://%31%32%37.0.0.1:PORT/",
    "https://127%2e0%2e0%2e1:PORT/",
    "https://xn--127-.0.0.1:PORT/",
  ],
  "tabs, line breaks, spaces and backslashes": [
    "https://127.0.\t0.1:PORT/",
    "https://127.0.0\n.1:PORT/",
    "htt\tps://127.0.0.1:PORT/",
    " https://127.0.0.1:PORT/ ",
    "https:\\\\127.0.0.1:PORT\\",
    "https:/127.0.0.1:PORT/",
    "https:127.0.0.1:PORT/",
    "https:///127.0.0.1:PORT/",
    "https://127.0.0.1:PORT\\@hooks.contoso.example/",
    "https://127.0.0.1:PORT\r\nHost: hooks.contoso.example",
  ],
  "somebody before the host, or a host after it": [
    "https://hooks.contoso.example@127.0.0.1:PORT/",
    "https://hooks.contoso.example:443@127.0.0.1:PORT/",
    "https://hooks.contoso.example%40127.0.0.1:PORT/",
    "https://127.0.0.1:PORT#@hooks.contoso.example/",
    "https://127.0.0.1:PORT?@hooks.contoso.example/",
    "https://127.0.0.1:PORT/@hooks.contoso.example/",
    "https://127.0.0.1:PORT;@hooks.contoso.example/",
  ],
  "other schemes": [
    "http://127.0.0.1:PORT/",
    "ftp://127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_POST",
    "file:///etc/passwd",
    "data:application/json,{}",
    "javascript:fetch('https://127.0.0.1:PORT/')",
    "ws://127.0.0.1:PORT/",
    "unix:/var/run/docker.sock",
    "jar:https://127.0.0.1:PORT/!/",
    "//127.0.0.1:PORT/",
  ],
};

let listening: readonly Server[] = [];
let port = 0;
let connections = 0;
beforeAll(async () => {
  const listen = (host: string, at: number) =>
    new Promise<Server | undefined>((resolve) => {
      const server = createServer((socket) => {
        connections++;
        socket.destroy();
      });
      // A machine without IPv6 has no address for it.
      server.once("error", () => resolve(undefined));
      server.listen(at, host, () => resolve(server));
    });
  const first = await listen("127.0.0.1", 0);
  if (first === undefined) throw new Error("nothing can listen on this machine");
  ({ port } = first.address() as AddressInfo);
  listening = [first, await listen("::1", port)].filter((each) => each !== undefined);
});
afterAll(async () => {
  await Promise.all(listening.map((server) => new Promise((closed) => server.close(closed))));
});
beforeEach(() => {
  connections = 0;
});

/** Why such a webhook is refused: by the settings, or else by the sink. */
async function refusalOf(url: string): Promise<string> {
  const problems: string[] = [];
  const values = { DRAWBRIDGE_ALERT_WEBHOOK_URL: url, DRAWBRIDGE_ALERT_WEBHOOK_SECRET: secret };
  readAlerts(new Map(Object.entries(values)), new Map(), problems);
  if (problems.length > 0) return problems.join("; ");
  try {
    await webhookSink({ url, secret }, clock, outside).send(held("please"));
    return "it was sent";
  } catch (error) {
    return error instanceof DeliveryError ? error.why : String(error);
  }
}
const refused =
  /^(DRAWBRIDGE_ALERT_WEBHOOK_URL must (be an https URL|not hold a name or a password)|its address is inside the network|ENOTFOUND|EAI_AGAIN)$/;

const all = Object.entries(tricks).flatMap(([kind, urls]) => urls.map((url) => [kind, url] as const));

describe("a webhook's URL that leads inside", () => {
  it.each(all)("reaches nothing: %s, %j", async (_, trick) => {
    const url = trick.replaceAll("PORT", String(port));
    expect(await refusalOf(url)).toMatch(refused);
    expect(connections).toBe(0);
  });

  it("would be seen by what listens here, if the sink did connect", async () => {
    const url = `https://2130706433:${port}/`;
    await expect(webhookSink({ url, secret }, clock, anywhere).send(held("please"))).rejects.toMatchObject({
      why: expect.stringMatching(/^E[A-Z_]+$/) as string,
    });
    expect(connections).toBe(1);
  });
});

const receive = receiver();

describe("a redirect of a webhook", () => {
  it.each<readonly [number, string]>([
    ...[300, 301, 302, 303, 305, 307, 308].map((status) => [status, "https://127.0.0.1:PORT/"] as const),
    [302, "http://127.0.0.1:PORT/"],
    [302, "//127.0.0.1:PORT/"],
    [302, "/other"],
    [302, "file:///etc/passwd"],
    [307, "https://2130706433:PORT/"],
    [308, "\\\\127.0.0.1:PORT\\"],
  ])("(%d to %s) is not followed, and the alert is not delivered", async (status, to) => {
    const location = to.replaceAll("PORT", String(port));
    const { url, received } = await receive((response) => {
      response.writeHead(status, { location, refresh: `0;url=${location}` }).end();
    });
    await expect(webhookSink({ url, secret }, clock, anywhere).send(held("please"))).rejects.toMatchObject({
      why: `it answers ${status}`,
    });
    expect(received).toHaveLength(1);
    expect(connections).toBe(0);
  });
});
