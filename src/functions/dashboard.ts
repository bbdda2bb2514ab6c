import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { AuthConfig } from "../lib/config/config.ts";
import { sha256 } from "../lib/hash.ts";
import { acceptsGzip, isCurrent } from "./conditional-get.ts";
import { problem } from "./http/respond.ts";

/** One file of the page, ready to be sent. */
interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly etag: string;
}

/**
 * Scripts and styles come from this app alone; nothing is inline, framed, sent by a form or asked of another origin.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const secure = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** Where App Service signs a person in. It comes back to the page. */
const signInUrl = "/.auth/login/aad?post_login_redirect_uri=/api/dashboard";

/**
 * `GET /api/dashboard`, anonymous: the page, which holds no data, and its script and style, whose names hold the hash
 * of their content. `folder` is where the build puts them; they are read when they are first asked for.
 */
export function dashboard({ platform }: AuthConfig, folder: string) {
  let assets: ReadonlyMap<string, Asset> | undefined;
  return (request: Pick<HttpRequest, "params" | "headers">): HttpResponseInit => {
    assets ??= readAssets(folder, platform ? signInUrl : undefined);
    const { file = "" } = request.params;
    const asset = assets.get(file);
    if (asset === undefined) return problem(404, "the page has no such file");
    const { type, body, zipped, etag } = asset;
    const headers = {
      ...secure,
      "content-type": type,
      etag,
      vary: "accept-encoding",
      // The names of the other files change with their content.
      "cache-control": file === "" ? "no-cache" : "public, max-age=31536000, immutable",
    };
    if (isCurrent(request, etag)) return { status: 304, headers };
    return acceptsGzip(request)
      ? { headers: { ...headers, "content-encoding": "gzip" }, body: zipped }
      : { headers, body };
  };
}

/** `GET /api`: a person who opens the app's address without a path of the API wants the page. */
export function redirectToDashboard() {
  return (): HttpResponseInit => ({
    status: 302,
    headers: { location: "/api/dashboard", "cache-control": "no-cache" },
  });
}

function readAssets(folder: string, signIn: string | undefined): ReadonlyMap<string, Asset> {
  const [script, style] = [readAsset(folder, "page.js"), readAsset(folder, "style.css")];
  const [scriptName, styleName] = [hashedName("page.js", script), hashedName("style.css", style)];
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Drawbridge</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/api/dashboard/${styleName}" />
    <script type="module" src="/api/dashboard/${scriptName}"></script>
  </head>
  <body>
    <div id="page"${signIn === undefined ? "" : ` data-sign-in="${signIn}"`}></div>
    <noscript>This page needs JavaScript. The command line and the HTTP API show the same data.</noscript>
  </body>
</html>
`;
  return new Map([
    ["", assetOf("text/html; charset=utf-8", Buffer.from(html))],
    [scriptName, assetOf("text/javascript; charset=utf-8", script)],
    [styleName, assetOf("text/css; charset=utf-8", style)],
  ]);
}

function readAsset(folder: string, name: string): Buffer {
  return readFileSync(join(folder, name));
}

/** `page.js` with 16 digits of its hash: `page-0123456789abcdef.js`. */
function hashedName(name: string, content: Buffer): string {
  return name.replace(".", `-${sha256(content.toString()).slice(0, 16)}.`);
}

function assetOf(type: string, body: Buffer): Asset {
  return { type, body, zipped: gzipSync(body), etag: `W/"${sha256(body.toString()).slice(0, 32)}"` };
}
