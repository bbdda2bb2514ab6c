import { createRequire } from "node:module";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type * as adaptivecards from "adaptivecards";
import { afterEach, describe, expect, it } from "vitest";
import { isFromDrawbridge } from "../docs/examples/verify-webhook.ts";
import { alert, type Alert } from "../src/lib/alerts/alert.ts";
import type { Sink } from "../src/lib/alerts/sink.ts";
import { eventGridSink } from "../src/lib/alerts/sinks/event-grid.ts";
import { logSink } from "../src/lib/alerts/sinks/log.ts";
import { anywhere, isInside, outside } from "../src/lib/alerts/sinks/reach.ts";
import { adaptiveCard, teamsSink } from "../src/lib/alerts/sinks/teams.ts";
import { webhookSink } from "../src/lib/alerts/sinks/webhook.ts";
import { jsonLog } from "../src/lib/log.ts";
import { hostileTexts } from "./hostile-texts.ts";

/** Every sink against a server of this machine: what reaches it, and what becomes of an alert that it does not take. */
const secret = "a-secret-of-the-webhook";
const clock = { now: () => new Date("2026-11-24T12:00:00Z") };
const held = (reason: string, more: object = {}): Alert =>
  alert("Drawbridge.ConnectionHeld", "/subscriptions/x", "1", "2026-11-24T12:00:00.000Z", {
    reason,
    ...more,
  });

interface Got {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serving(answer: (response: ServerResponse) => void): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    })();
  });
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/path-secret`, got };
}

const sinks: Readonly<Record<string, (url: string) => Sink>> = {
  webhook: (url) => webhookSink({ url, secret }, clock, anywhere),
  teams: (url) => teamsSink({ url }, anywhere),
  eventgrid: (url) => eventGridSink({ endpoint: url, key: "topic-key-secret" }, anywhere),
};
const ok = (response: ServerResponse) => response.writeHead(200).end();

describe.each(Object.entries(sinks))("the sink %s", (name, make) => {
  it("is told an alert once, and takes it", async () => {
    const { url, got } = await serving(ok);
    await make(url).send(held("please"));
    expect(got).toHaveLength(1);
    expect(got[0]?.body).toContain("ConnectionHeld");
  });

  const failures: Readonly<Record<string, (response: ServerResponse) => void>> = {
    "400": (response) => response.writeHead(400).end("no"),
    "401": (response) => response.writeHead(401).end(),
    "404": (response) => response.writeHead(404).end(),
    "429": (response) => response.writeHead(429, { "retry-after": "7" }).end(),
    "500": (response) => response.writeHead(500).end("<html>"),
    "503": (response) => response.writeHead(503).end(),
    "a redirect": (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
    "a redirect to be read": (response) => response.writeHead(303, { location: "/elsewhere" }).end(),
    "a temporary redirect": (response) => response.writeHead(307, { location: "/elsewhere" }).end(),
    "a permanent redirect": (response) => response.writeHead(308, { location: "/elsewhere" }).end(),
    "a connection that breaks": (response) => response.destroy(),
    ...(name === "teams"
      ? {
          "200 with an error in it": (response) =>
            response.writeHead(200).end("Webhook message delivery failed"),
        }
      : {}),
  };

  it.each(Object.entries(failures))(
    "does not take it with %s, sends it once, and says no secret",
    async (what, does) => {
      const { url, got } = await serving(does);
      const failure = await make(url)
        .send(held("please"))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: "NotTaken", ...(what === "429" ? { retryAfterMs: 7_000 } : {}) });
      expect(got).toHaveLength(1);
      for (const each of ["path-secret", "topic-key-secret", secret, "127.0.0.1"])
        expect(JSON.stringify(failure) + String(failure)).not.toContain(each);
    },
  );

  it("is told whatever somebody wrote as text, and as nothing else", async () => {
    const { url, got } = await serving(ok);
    const sink = make(url);
    for (const text of hostileTexts) {
      got.length = 0;
      await sink.send(held(text, { name: text, [`n${text}`]: 1, unknown: [{ field: text }] }));
      const parsed = JSON.parse(got[0]?.body ?? "") as unknown;
      const texts = textsIn(parsed);
      expect(texts.filter((each) => /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(each))).toEqual([]);
      expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(1_500);
      expect(JSON.stringify(Object.keys(got[0]?.headers ?? {}))).not.toContain("x-injected");
    }
  });
});

describe("a sink whose answer never ends", () => {
  it("took the alert all the same", async () => {
    const { url } = await serving((response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(1_024)), 5);
      response.on("close", () => clearInterval(more));
    });
    await expect(webhookSink({ url, secret }, clock, anywhere).send(held("please"))).resolves.toBeUndefined();
  });
});

describe("a sink that never answers", () => {
  it("is given up waiting for", { timeout: 20_000 }, async () => {
    const { url } = await serving(() => {});
    const waits = Object.values(sinks).map((make) =>
      make(url)
        .send(held("please"))
        .catch((error: unknown) => error),
    );
    for (const each of await Promise.all(waits)) expect(each).toMatchObject({ name: "NotTaken" });
  });
});

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [name, ...textsIn(each)]);
}

describe("the corpus of hostile texts", () => {
  it("has at least two hundred", () => {
    expect(new Set(hostileTexts).size).toBeGreaterThanOrEqual(200);
  });

  it("goes into the log as one line each, which nothing in it can steer", async () => {
    const lines: string[] = [];
    const sink = logSink(jsonLog((line) => lines.push(line), clock));
    for (const text of hostileTexts) await sink.send(held(text));
    expect(lines).toHaveLength(hostileTexts.length);
    for (const line of lines) {
      expect(/[\p{Cc}\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c]/u.test(line)).toBe(false);
      expect(JSON.parse(line)).toMatchObject({ message: "alert" });
    }
  });
});

describe("a webhook's delivery", () => {
  it("is signed, so that its receiver can tell it from others", async () => {
    const { url, got } = await serving(ok);
    await webhookSink({ url, secret }, clock, anywhere).send(held("üñí"));
    const [{ body, headers } = { body: "", headers: {} }] = got;
    const signature = String(headers["x-drawbridge-signature"]);
    expect(headers["content-type"]).toContain("application/cloudevents+json");
    expect(isFromDrawbridge(body, signature, secret, clock.now())).toBe(true);
    expect(isFromDrawbridge(`${body} `, signature, secret, clock.now())).toBe(false);
    expect(isFromDrawbridge(body, signature, "another", clock.now())).toBe(false);
    expect(isFromDrawbridge(body, undefined, secret, clock.now())).toBe(false);
    expect(isFromDrawbridge(body, signature, secret, new Date("2026-11-24T12:06:00Z"))).toBe(false);
  });

  it("is a CloudEvent with the alert's id, and says how bad it is", async () => {
    const { url, got } = await serving(ok);
    const told = held("please");
    await webhookSink({ url, secret }, clock, anywhere).send(told);
    expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({
      specversion: "1.0",
      id: told.id,
      type: "Drawbridge.ConnectionHeld",
      source: "/drawbridge",
      subject: "/subscriptions/x",
      data: { severity: "warning", reason: "please" },
    });
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "192.168.0.1",
    "172.31.0.1",
    "100.64.0.1",
    "168.63.129.16",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2001:0:1::1",
    "2002:a00:1::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
  ])("never goes to %s, which is inside", async (address) => {
    expect(isInside(address)).toBe(true);
    const host = address.includes(":") ? `[${address}]` : address;
    const sink = webhookSink({ url: `https://${host}/hook`, secret }, clock, outside);
    await expect(sink.send(held("please"))).rejects.toMatchObject({
      why: "its address is inside the network",
    });
  });

  it.each(["8.8.8.8", "203.0.113.10", "167.255.255.255", "::ffff:8.8.8.8", "2603:1030::1", "2001:db8::1"])(
    "goes to %s, which is outside",
    (address) => {
      expect(isInside(address)).toBe(false);
    },
  );

  it.each(["localhost", "", "10.1", "fe80::1%eth0"])(
    "takes %j, which is no plain address, for inside",
    (address) => {
      expect(isInside(address)).toBe(true);
    },
  );

  it("never goes anywhere outside without TLS", async () => {
    const sink = webhookSink({ url: "http://203.0.113.10/hook", secret }, clock, outside);
    await expect(sink.send(held("please"))).rejects.toMatchObject({ why: "it is not spoken to by https" });
  });

  it("never goes to a name that resolves to what is inside", async () => {
    const { url, got } = await serving(ok);
    const byName = url.replace("http://127.0.0.1", "https://localhost");
    const sink = webhookSink({ url: byName, secret }, clock, outside);
    await expect(sink.send(held("please"))).rejects.toMatchObject({
      why: "its address is inside the network",
    });
    expect(got).toEqual([]);
  });
});

describe("a topic's event", () => {
  it("comes with the topic's key, in the schema of CloudEvents", async () => {
    const { url, got } = await serving(ok);
    const told = held("please");
    await eventGridSink({ endpoint: url, key: "topic-key-secret" }, anywhere).send(told);
    expect(got[0]?.headers["aeg-sas-key"]).toBe("topic-key-secret");
    expect(got[0]?.headers["content-type"]).toContain("application/cloudevents-batch+json");
    expect(JSON.parse(got[0]?.body ?? "")).toMatchObject([
      {
        specversion: "1.0",
        id: told.id,
        type: told.type,
        subject: told.subject,
        data: { severity: "warning" },
      },
    ]);
  });
});

/** The renderer that Microsoft publishes: it knows what a card may be. Only its bundle runs outside of a browser. */
const { AdaptiveCard, SerializationContext, Version } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as typeof adaptivecards;

function problemsOf(card: object): string[] {
  const context = new SerializationContext(new Version(1, 5));
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const events = Array.from(
    { length: context.eventCount },
    (_, index) => context.getEventAt(index)?.message ?? "",
  );
  return [...events, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

describe("an Adaptive Card", () => {
  it("is one, whatever the alert says", () => {
    for (const text of hostileTexts) expect(problemsOf(adaptiveCard(held(text, { name: text })))).toEqual([]);
    expect(problemsOf({ type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlok" }] })).not.toEqual(
      [],
    );
  });

  it("shows what somebody wrote in text runs, which nothing in it can style or link", () => {
    const { body } = adaptiveCard(held("[approve](https://evil.example)", { message: "**x**" }));
    const blocks = body.filter(({ type }) => type === "TextBlock");
    expect(JSON.stringify(blocks)).not.toContain("evil");
    expect(JSON.stringify(body)).toContain('"type":"TextRun","text":"[approve](https://evil.example)"');
  });

  it("fits into a message, however much there is to say", () => {
    const much = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`n${index}`, "x".repeat(5_000)]),
    );
    expect(JSON.stringify(adaptiveCard(held("x".repeat(10_000), much))).length).toBeLessThan(28 * 1_024);
  });
});
