import { createServer, request as overHttp, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A round-robin load balancer for several hosts, like the platform's. Returns 502 if the chosen host is down. */
export interface LoadBalancer {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startLoadBalancer(hosts: () => readonly string[]): Promise<LoadBalancer> {
  let turn = 0;
  const server: Server = createServer((request, response) => {
    const all = hosts();
    const host = all[turn++ % Math.max(1, all.length)];
    const refuse = () => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    };
    if (host === undefined) return refuse();
    const { method, headers, url = "/" } = request;
    const sent = overHttp(new URL(url, host), { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    sent.once("error", refuse);
    request.pipe(sent);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => {
          closed();
        });
      }),
  };
}
