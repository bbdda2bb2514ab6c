import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dashboard } from "./dashboard.ts";

const folder = mkdtempSync(join(tmpdir(), "drawbridge-page-"));
writeFileSync(join(folder, "page.js"), "export {};");
writeFileSync(join(folder, "style.css"), "body {}");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ask = (file = "", sent: Readonly<Record<string, string>> = {}, platform = false) =>
  dashboard({ platform }, folder)({ params: { file }, headers: new Headers(sent) });
const header = (answer: ReturnType<typeof ask>, name: string) => new Headers(answer.headers).get(name);
const page = (platform?: boolean) => (ask("", {}, platform).body as Buffer).toString();
const files = () => [...page().matchAll(/\/api\/dashboard\/([\w.-]+)"/g)].map(([, name = ""]) => name);

describe("the page", () => {
  it("is sent with a policy that allows its own files alone", () => {
    for (const file of ["", ...files()]) {
      const sent = header(ask(file), "content-security-policy") ?? "";
      expect(sent.split("; ").toSorted()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
      ]);
      expect(header(ask(file), "x-content-type-options")).toBe("nosniff");
      expect(header(ask(file), "referrer-policy")).toBe("no-referrer");
      expect(header(ask(file), "cross-origin-opener-policy")).toBe("same-origin");
      expect(header(ask(file), "set-cookie")).toBeNull();
    }
  });

  it("has no script, style or handler of its own beside its files", () => {
    expect(page()).not.toMatch(
      /<script(?![^>]* src="\/api\/dashboard\/)|<style|\son\w+=|\sstyle=|javascript:/i,
    );
    expect(files()).toEqual([
      expect.stringMatching(/^style-[0-9a-f]{16}\.css$/),
      expect.stringMatching(/^page-[0-9a-f]{16}\.js$/),
    ]);
  });

  it("links to the sign-in of App Service only where that is on", () => {
    expect(page(true)).toContain('data-sign-in="/.auth/login/aad?post_login_redirect_uri=/api/dashboard"');
    expect(page(false)).not.toContain("data-sign-in");
  });

  it.each(["..", "../index.js", "page.js", "%2e%2e/x", "__proto__", "constructor"])(
    "has no file %s",
    (file) => {
      expect(ask(file).status).toBe(404);
    },
  );

  it("is compressed if the browser asks, and not sent again if it has not changed", () => {
    expect(header(ask("", { "accept-encoding": "br, gzip" }), "content-encoding")).toBe("gzip");
    expect(header(ask(), "content-encoding")).toBeNull();
    const etag = header(ask(), "etag") ?? "";
    expect(ask("", { "if-none-match": etag }).status).toBe(304);
    expect(ask("", { "if-none-match": '"other"' }).status).toBeUndefined();
  });

  it("is checked for a newer one, and its files, which are named by their content, are kept", () => {
    expect(header(ask(), "cache-control")).toBe("no-cache");
    for (const file of files()) expect(header(ask(file), "cache-control")).toContain("immutable");
  });
});
