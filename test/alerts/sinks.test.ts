import { describe, expect, it } from "vitest";
import type { ServerResponse } from "node:http";
import type { Sink } from "../../src/lib/alerts/sink.ts";
import { eventGridSink } from "../../src/lib/alerts/sinks/event-grid.ts";
import { logSink } from "../../src/lib/alerts/sinks/log.ts";
import { anywhere } from "../../src/lib/alerts/sinks/reach.ts";
import { teamsSink } from "../../src/lib/alerts/sinks/teams.ts";
import { webhookSink } from "../../src/lib/alerts/sinks/webhook.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { hostileTexts } from "../hostile-texts.ts";
import { clock, held, ok, receiver, secret } from "./receiver.ts";
import { textsIn } from "../texts-in.ts";

/** Every sink against a local server: what arrives, and how failures are reported. */
const receive = receiver();

const sinks: Readonly<Record<string, (url: string) => Sink>> = {
  webhook: (url) => webhookSink({ url, secret }, clock, anywhere),
  teams: (url) => teamsSink({ url }, anywhere),
  eventgrid: (url) => eventGridSink({ endpoint: url, key: "topic-key-secret" }, anywhere),
};

describe.each(Object.entries(sinks))("the sink %s", (name, make) => {
  it("sends an alert once", async () => {
    const { url, received } = await receive(ok);
    await make(url).send(held("please"));
    expect(received).toHaveLength(1);
    expect(received[0]?.body).toContain("ConnectionHeld");
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
    "fails on %s after one attempt, and its error contains no secret",
    async (what, does) => {
      const { url, received } = await receive(does);
      const failure = await make(url)
        .send(held("please"))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({
        name: "DeliveryError",
        ...(what === "429" ? { retryAfterMs: 7_000 } : {}),
      });
      expect(received).toHaveLength(1);
      for (const each of ["path-secret", "topic-key-secret", secret, "127.0.0.1"])
        expect(JSON.stringify(failure) + String(failure)).not.toContain(each);
    },
  );

  it("sends hostile texts as text only", async () => {
    const { url, received } = await receive(ok);
    const sink = make(url);
    for (const text of hostileTexts) {
      received.length = 0;
      await sink.send(held(text, { name: text, [`n${text}`]: 1, unknown: [{ field: text }] }));
      const parsed = JSON.parse(received[0]?.body ?? "") as unknown;
      const texts = textsIn(parsed);
      expect(texts.filter((each) => /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(each))).toEqual([]);
      expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(1_500);
      expect(JSON.stringify(Object.keys(received[0]?.headers ?? {}))).not.toContain("x-injected");
    }
  });
});

describe("a sink with an endless response", () => {
  it("counts the alert as delivered", async () => {
    const { url } = await receive((response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(1_024)), 5);
      response.on("close", () => clearInterval(more));
    });
    await expect(webhookSink({ url, secret }, clock, anywhere).send(held("please"))).resolves.toBeUndefined();
  });
});

describe("a sink that never responds", () => {
  it("fails after a timeout", { timeout: 20_000 }, async () => {
    const { url } = await receive(() => {});
    const waits = Object.values(sinks).map((make) =>
      make(url)
        .send(held("please"))
        .catch((error: unknown) => error),
    );
    for (const each of await Promise.all(waits)) expect(each).toMatchObject({ name: "DeliveryError" });
  });
});

describe("the corpus of hostile texts", () => {
  it("has at least two hundred", () => {
    expect(new Set(hostileTexts).size).toBeGreaterThanOrEqual(200);
  });

  it("is logged as one line for each text, without control characters", async () => {
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
