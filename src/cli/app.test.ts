import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";

const { drawbridge } = temporaryFolder();

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Starts an app that answers each path with `reply`. Returns its address. */
async function appThat(reply: (path: string, key: string) => Reply): Promise<string> {
  server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const { status, body } = reply(path, String(request.headers["x-functions-key"]));
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (answers: Readonly<Record<string, unknown>>) =>
  appThat((path, key) => {
    const none = path === "/api/connections" ? { connections: [] } : undefined;
    const answer = key === "right" ? (answers[path] ?? none) : undefined;
    return { status: answer === undefined ? 401 : 200, body: JSON.stringify(answer ?? {}) };
  });

const id =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a/privateEndpointConnections/c";

describe("explain --connection", () => {
  it("asks the running app for its latest decision", async () => {
    const verdict = { kind: "hold", reasons: ["because"], unknown: [], alerts: [] };
    const url = await answering({
      "/api/decisions": {
        decisions: [
          { kind: "decision", at: "2026-11-24T09:00:00.000Z", mode: "enforce", verdict, trace: [] },
        ],
      },
    });
    const { code, out } = await drawbridge(`explain --connection ${id}`, {
      DRAWBRIDGE_URL: url,
      DRAWBRIDGE_KEY: "right",
    });
    expect(code).toBe(0);
    expect(out).toBe(
      "hold\n  because\n\nevery rule is false; --rules all shows them\n\n" +
        "decided at 2026-11-24T09:00:00.000Z in mode enforce\n",
    );
  });

  it("reports a missing decision, a wrong or missing key and an unreachable app", async () => {
    const url = await answering({ "/api/decisions": { decisions: [] } });
    const none = await drawbridge(`explain --connection ${id}`, {
      DRAWBRIDGE_URL: url,
      DRAWBRIDGE_KEY: "right",
    });
    expect(none).toMatchObject({
      code: 1,
      err: `${id}: the app has no decision about this connection yet\n`,
    });
    const refused = await drawbridge(`explain --connection ${id}`, {
      DRAWBRIDGE_URL: url,
      DRAWBRIDGE_KEY: "wrong",
    });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("refuses the key");
    const without = await drawbridge(`explain --connection ${id}`, { DRAWBRIDGE_URL: url });
    expect(without).toMatchObject({
      code: 2,
      err: expect.stringContaining("asks for a key; set DRAWBRIDGE_KEY to a function key") as string,
    });
    const nobody = await drawbridge(`explain --connection ${id}`, { DRAWBRIDGE_URL: "http://127.0.0.1:1" });
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain("cannot be reached");
  });
});

describe("the app's answer", () => {
  const decisions = async (status: number, body: string) =>
    drawbridge("decisions", { DRAWBRIDGE_URL: await appThat(() => ({ status, body })) });
  const problem = (title: string, detail: string) => JSON.stringify({ type: "about:blank", title, detail });

  it("to a wrong filter is one line, and wrong usage", async () => {
    const { code, err } = await decisions(
      400,
      problem("the request is invalid", "from must be an instant such as 2026-12-01T00:00:00Z"),
    );
    expect(code).toBe(2);
    expect(err).toBe(
      "drawbridge decisions: the request is invalid: from must be an instant such as 2026-12-01T00:00:00Z (see drawbridge decisions --help)\n",
    );
  });

  it.each([
    [
      403,
      problem("the token lacks the role Drawbridge.Reader", "\u001b[2J"),
      /lacks the role Drawbridge\.Reader: {1,2}\[2J\n$/,
    ],
    [
      404,
      "<html>nothing here</html>",
      /answers 404 without a reason; is DRAWBRIDGE_URL the address of Drawbridge\?\n$/,
    ],
    [502, "", /answers 502 without a reason/],
    [
      200,
      "<html>welcome</html>",
      /does not answer with JSON; is DRAWBRIDGE_URL the address of Drawbridge\?\n$/,
    ],
  ])("with %i is one line without markup and control characters", async (status, body, line) => {
    const { code, out, err } = await decisions(status, body);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(line);
    expect(err.trimEnd()).not.toMatch(/[\p{Cc}<]/u);
  });

  it("that is cut off is one line", async () => {
    server = createServer((_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{");
      setTimeout(() => response.destroy(), 50);
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await drawbridge("decisions", { DRAWBRIDGE_URL: url });
    expect(code).toBe(2);
    expect(err).toMatch(/^drawbridge decisions: .* cannot be reached \(.*\); is the app running.*\n$/);
  });
});

describe("the environment", () => {
  it.each(["127.0.0.1:7071", "localhost", "ftp://x", "https://a:b@x", "https://x/api", "https://x?code=1"])(
    "refuses %j as the app's address, and says what one looks like",
    async (address) => {
      const { code, err } = await drawbridge("decisions", { DRAWBRIDGE_URL: address });
      expect(code).toBe(2);
      expect(err).toContain("it must be an address such as https://");
    },
  );

  it.each(["DRAWBRIDGE_KEY", "DRAWBRIDGE_TOKEN"])("never repeats a %s that cannot be sent", async (name) => {
    for (const value of ["secret\nsecret", "secret€", "secret key"]) {
      const { code, err, out } = await drawbridge("decisions", { [name]: value });
      expect(code).toBe(2);
      expect(err).toContain(`${name} holds a space`);
      expect(err + out).not.toContain("secret");
    }
  });
});
