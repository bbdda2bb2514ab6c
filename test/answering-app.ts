import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { temporaryFolder } from "./folder.ts";

/** Commands on an app that answers what a test says. */
export function answeringApp() {
  const { drawbridge, write } = temporaryFolder();
  let server: Server | undefined;
  const asked: string[] = [];
  afterEach(() => {
    server?.close();
    asked.length = 0;
  });

  /**
   * Calls a command on an app with these answers by path; of several, one after the other. The status is that of each
   * answer, or of those on the paths that have one. A terminal of `width` columns shows the output, where that is
   * given.
   */
  async function onApp(
    args: string,
    answers: Readonly<Record<string, unknown>>,
    status: number | Readonly<Record<string, number>> = 200,
    width?: number,
  ) {
    const given = new Map<string, number>();
    const statusOf = (path: string) => (typeof status === "number" ? status : (status[path] ?? 200));
    server = createServer((request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      asked.push(request.url ?? "");
      const answer = answers[path];
      const count = given.get(path) ?? 0;
      given.set(path, count + 1);
      const body: unknown = Array.isArray(answer) ? answer[Math.min(count, answer.length - 1)] : answer;
      response.writeHead(body === undefined ? 404 : statusOf(path)).end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return drawbridge(args, { DRAWBRIDGE_URL: url }, width);
  }

  return { asked, onApp, write };
}
