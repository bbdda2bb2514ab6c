import { gunzipSync } from "node:zlib";
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { conditionalGet } from "./conditional-get.ts";
import { json, problem } from "./http/respond.ts";

async function ask(answer: HttpResponseInit, sent: Readonly<Record<string, string>> = {}) {
  const request = { headers: new Headers(sent) } as unknown as HttpRequest;
  const { headers, ...rest } = await conditionalGet(() => answer)(
    request,
    {} as InvocationContext,
    undefined,
  );
  return { ...rest, headers: new Headers(headers) };
}

describe("a conditional GET", () => {
  it("answers 304 without a body to whoever has the same answer, and in full to everybody else", async () => {
    const first = await ask(json({ held: 1 }));
    const etag = first.headers.get("etag") ?? "";
    expect(first).toMatchObject({ status: 200, body: '{"held":1}' });
    expect(first.headers.get("content-type")).toBe("application/json");
    for (const tags of [etag, `"other", ${etag}`, etag.replace("W/", "")]) {
      const again = await ask(json({ held: 1 }), { "if-none-match": tags });
      expect(again).toMatchObject({ status: 304 });
      expect(again.body).toBeUndefined();
      expect(again.headers.get("cache-control")).toBe("no-store");
    }
    const changed = await ask(json({ held: 2 }), { "if-none-match": etag });
    expect(changed).toMatchObject({ status: 200, body: '{"held":2}' });
  });

  it("compresses a large answer for a caller that accepts it", async () => {
    const large = { texts: Array.from({ length: 200 }, (_, index) => `connection ${index}`) };
    const plain = await ask(json(large), { "accept-encoding": "br" });
    const zipped = await ask(json(large), { "accept-encoding": "gzip, br" });
    expect(plain.body).toBe(JSON.stringify(large));
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(zipped.body as Buffer).toString()).toBe(plain.body);
    expect(zipped.headers.get("etag")).toBe(plain.headers.get("etag"));
  });

  it("leaves refusals and failures as they are", async () => {
    for (const answer of [problem(404, "no such thing"), json({ status: "degraded" }, 503)])
      expect((await ask(answer)).headers.get("etag")).toBeNull();
  });
});
