import { expect, it } from "vitest";
import { jsonLog } from "./log.ts";

it("writes one line of inert text, whatever a requester put into it", () => {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line), { now: () => new Date(0) });
  const hostile = 'a"\n{"level":"error"}\r\u001b[31m\u009b31m\u202etxt\u2066\u2028\u0000';
  log.info("alert", { reason: hostile });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[\u0020-\u007e]*$/);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", message: "alert", reason: hostile });
});

it("says nothing under a name that is not allowed, whoever passes it", () => {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line), { now: () => new Date(0) });
  const passed = { service: "a", claims: "secret", url: "https://x/?code=secret" };
  log.info("reviewed", passed);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    level: "info",
    message: "reviewed",
    service: "a",
  });
});
