import { createServer, request as overHttps, type Server } from "node:https";
import type { Certificates } from "./certificates.ts";
import { bodyOf } from "../request-body.ts";

/**
 * Serves the tables under their real host name. Azurite accepts the parts of a transaction only with the account in
 * their path, so the proxy rewrites their URLs. Azurite checks tokens and everything else.
 */
export async function startTableProxy(options: {
  readonly host: string;
  readonly address: string;
  readonly certificates: Certificates;
  /** Azurite's URL, with the account in its path. */
  readonly tableUrl: string;
}): Promise<{ stop(): Promise<void> }> {
  const { host, certificates, tableUrl } = options;
  const { certificate: cert, key, authority: ca } = certificates;
  const server: Server = createServer({ cert, key }, (request, response) => {
    void (async () => {
      const body = (await bodyOf(request)).replaceAll(`https://${host}/`, `${tableUrl}/`);
      const { "content-length": _length, host: _host, ...headers } = request.headers;
      const sent = overHttps(
        `${tableUrl}${request.url ?? ""}`,
        {
          ca,
          servername: host,
          method: request.method,
          headers: { ...headers, "content-length": Buffer.byteLength(body) },
        },
        (answered) => {
          response.writeHead(answered.statusCode ?? 502, answered.headers);
          answered.pipe(response);
        },
      );
      sent.once("error", () => response.destroy());
      sent.end(body);
    })();
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(443, options.address, listening);
  });
  return {
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => {
          closed();
        });
      }),
  };
}
