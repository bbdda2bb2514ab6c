import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { alert, type Alert } from "../../src/lib/alerts/alert.ts";

export const secret = "a-secret-of-the-webhook";
export const clock = { now: () => new Date("2026-11-24T12:00:00Z") };

/** An alert about a held connection. */
export const held = (reason: string, more: object = {}): Alert =>
  alert("Drawbridge.ConnectionHeld", "/subscriptions/x", {
    version: "1",
    time: "2026-11-24T12:00:00.000Z",
    data: {
      reason,
      ...more,
    },
  });

export interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export const ok = (response: ServerResponse) => response.writeHead(200).end();

/** Returns a function that starts an HTTP server which records requests. The server stops after each test. */
export function receiver() {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });
  return async (
    answer: (response: ServerResponse) => void,
  ): Promise<{ readonly url: string; readonly received: Received[] }> => {
    const received: Received[] = [];
    server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        answer(response);
      })();
    });
    await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/path-secret`, received };
  };
}
