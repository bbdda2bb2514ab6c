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
